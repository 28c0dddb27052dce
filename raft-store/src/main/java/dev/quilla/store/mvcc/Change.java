package dev.quilla.store.mvcc;

import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Key;
import java.util.List;

/**
 * What one revision changed, and the state after it.
 *
 * @param revision the revision
 * @param events in the order of the command
 * @param superseded how many bytes of values it replaced or removed
 */
record Change(long revision, List<Event> events, SortedTree<Key, Entry> after, long superseded) {

    static Change of(long revision, List<Event> events, SortedTree<Key, Entry> after) {
        long superseded = events.stream().mapToLong(Change::superseded).sum();
        return new Change(revision, List.copyOf(events), after, superseded);
    }

    private static long superseded(Event event) {
        return switch (event) {
            case Event.Put put -> put.previous().map(e -> e.value().length()).orElse(0);
            case Event.Deleted deleted -> deleted.previous().value().length();
        };
    }
}
