package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Definition;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Key;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The changes that watchers were told last, so that what is made of a change for one of them is
 * there for all others. Thread-safe.
 */
final class RecentChanges {

    /**
     * How many bytes the values of the changes may have as they are stored; one change may more.
     */
    private static final int BYTES_MAX = 4 << 20;

    /** The same event is another change to those who watch another version of its objects. */
    private record Id(long revision, Key key, Definition definition) {}

    private record Kept(SeenChange change, int bytes) {}

    private final ObjectStore objects;
    private final Map<Id, Kept> kept = new LinkedHashMap<>();
    private long bytes;

    RecentChanges(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * The change that an event is to those who watch such objects.
     *
     * @throws dev.quilla.model.ApiException if the changed object can't be read
     */
    SeenChange of(Definition definition, Event event) {
        Id id = new Id(event.revision(), event.key(), definition);
        synchronized (kept) {
            Kept known = kept.get(id);
            if (known != null) {
                return known.change();
            }
        }
        // Reading an object may take a call of a converter, which nobody else is to wait for.
        return keep(id, new SeenChange(event, e -> objects.outgoing(definition, e)), size(event));
    }

    private SeenChange keep(Id id, SeenChange made, int size) {
        synchronized (kept) {
            Kept other = kept.putIfAbsent(id, new Kept(made, size));
            if (other != null) {
                return other.change();
            }
            bytes += size;
            for (Iterator<Kept> oldest = kept.values().iterator();
                    bytes > BYTES_MAX && kept.size() > 1; ) {
                bytes -= oldest.next().bytes();
                oldest.remove();
            }
            return made;
        }
    }

    private static int size(Event event) {
        return switch (event) {
            case Event.Put(Entry entry, Optional<Entry> previous) ->
                    entry.value().length() + previous.map(p -> p.value().length()).orElse(0);
            case Event.Deleted(long _, Entry previous) -> previous.value().length();
        };
    }
}
