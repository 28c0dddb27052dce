package dev.quilla.store.mvcc;

import dev.quilla.store.CompactedException;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The changes that are kept, oldest first; immutable. It is part of the state: it is forgotten by a
 * command, so members that applied the same commands keep the same history.
 *
 * @param base the revision before the first change: it and everything after it is kept
 * @param start the entries at that revision
 * @param events how many events the changes have
 * @param bytes how many bytes of superseded values the changes keep alive
 */
record History(
        SortedTree<Long, Change> changes,
        long base,
        SortedTree<Key, Entry> start,
        long events,
        long bytes) {

    /** How many events one read gives, about. */
    private static final int EVENTS_MAX = 500;

    static History startingAt(long base, SortedTree<Key, Entry> start) {
        return new History(SortedTree.by(Change::revision), base, start, 0, 0);
    }

    History with(Change change) {
        return new History(
                changes.with(change),
                base,
                start,
                events + change.events().size(),
                bytes + change.superseded());
    }

    /** Without the changes up to and with a revision, which itself can still be asked for. */
    History compacted(long revision) {
        History kept = this;
        for (Change first = changes.first();
                first != null && first.revision() <= revision;
                first = kept.changes.first()) {
            kept = kept.without(first);
        }
        return kept;
    }

    private History without(Change first) {
        return new History(
                changes.withoutFirst(),
                first.revision(),
                first.after(),
                events - first.events().size(),
                bytes - first.superseded());
    }

    /** The revision to compact at so that no more than this is kept; empty if nothing is over. */
    OptionalLong excess(int eventsMax, long bytesMax) {
        if (events <= eventsMax && bytes <= bytesMax) {
            return OptionalLong.empty();
        }
        long[] left = {events, bytes, base};
        changes.forEachFrom(
                base,
                change -> {
                    if (left[0] <= eventsMax && left[1] <= bytesMax) {
                        return false;
                    }
                    left[0] -= change.events().size();
                    left[1] -= change.superseded();
                    left[2] = change.revision();
                    return true;
                });
        return OptionalLong.of(left[2]);
    }

    SortedTree<Key, Entry> at(long revision) {
        if (revision == base) {
            return start;
        }
        Change change = changes.get(revision);
        if (change == null) {
            throw new CompactedException(
                    "revision " + revision + " is not kept: history reaches back to " + base, base);
        }
        return change.after();
    }

    Events eventsAfter(long after, long newest, KeyRange range) {
        if (after < base) {
            throw new CompactedException(
                    "changes after revision "
                            + after
                            + " are not kept: history starts after "
                            + base,
                    base);
        }
        List<Event> events = new ArrayList<>();
        long[] reached = {Math.max(after, newest)};
        changes.forEachFrom(
                after + 1,
                change -> {
                    change.events().stream()
                            .filter(e -> range.contains(e.key()))
                            .forEach(events::add);
                    boolean full = events.size() >= EVENTS_MAX;
                    reached[0] = full ? change.revision() : reached[0];
                    return !full;
                });
        return new Events(events, reached[0]);
    }

    NavigableSet<String> keysChangedAfter(long after) {
        NavigableSet<String> keys = new TreeSet<>();
        changes.forEachFrom(
                after + 1,
                change -> {
                    change.events().forEach(event -> keys.add(event.key().text()));
                    return true;
                });
        return keys;
    }

    void forEach(Consumer<Change> visitor) {
        changes.forEach(visitor);
    }
}
