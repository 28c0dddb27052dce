package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The objects of a range, found by the value of one of their fields. Made when somebody first asks,
 * and brought up to date by the store's history whenever somebody asks again: so only what has
 * changed since is looked into, and while nobody asks, nothing is done. Thread-safe.
 */
final class ObjectsByField {

    private final ObjectStore objects;
    private final KeyRange all;
    private final Function<Entry, String> value;

    /** Guards everything below. */
    private final Object lock = new Object();

    private final Map<Key, String> valueOf = new HashMap<>();
    private final Map<String, Set<Key>> keysOf = new HashMap<>();

    /** The revision whose state the maps show; 0 while they show none. */
    private long revision;

    /**
     * Finds the objects of a range.
     *
     * @param value the field's value in an entry; fails with a {@link
     *     dev.quilla.model.ApiException} where the object can't be read, which whoever asks is told
     */
    ObjectsByField(ObjectStore objects, KeyRange all, Function<Entry, String> value) {
        this.objects = objects;
        this.all = all;
        this.value = value;
    }

    /**
     * Entries of a picture in the order of their keys: all those of a part of the range whose field
     * has the value, and maybe others.
     */
    List<Entry> range(View view, KeyRange part, String wanted) {
        Optional<Set<Key>> keys = keys(view, wanted);
        return keys.isEmpty()
                ? view.range(part, 0)
                : keys.get().stream()
                        .filter(part::contains)
                        .sorted()
                        .flatMap(key -> view.get(key).stream())
                        .toList();
    }

    /** Empty where the history since the picture is no longer kept. */
    private Optional<Set<Key>> keys(View view, String wanted) {
        synchronized (lock) {
            try {
                if (revision == 0 || !reaches(view)) {
                    begin(view);
                }
                Set<Key> keys = new HashSet<>(keysOf.getOrDefault(wanted, Set.of()));
                // What they were in an older picture, the maps no longer say.
                keys.addAll(changed(view.revision(), revision));
                return Optional.of(keys);
            } catch (CompactedException e) {
                return Optional.empty();
            }
        }
    }

    /** False where the history is gone that would lead the maps to a picture. */
    private boolean reaches(View view) {
        Map<Key, Optional<String>> changes = new HashMap<>();
        try {
            for (Key key : changed(revision, view.revision())) {
                changes.put(key, view.get(key).map(value));
            }
        } catch (CompactedException e) {
            return false;
        }
        changes.forEach(this::put);
        revision = Math.max(revision, view.revision());
        return true;
    }

    private void begin(View view) {
        revision = 0;
        valueOf.clear();
        keysOf.clear();
        for (Entry entry : view.range(all, 0)) {
            put(entry.key(), Optional.of(value.apply(entry)));
        }
        revision = view.revision();
    }

    private void put(Key key, Optional<String> now) {
        String before = valueOf.remove(key);
        if (before != null) {
            keysOf.computeIfPresent(
                    before, (v, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
        }
        now.ifPresent(v -> {
            valueOf.put(key, v);
            keysOf.computeIfAbsent(v, any -> new HashSet<>()).add(key);
        });
    }

    /** The keys that were written after a revision, up to and with another. */
    private Set<Key> changed(long after, long last) {
        Set<Key> keys = new HashSet<>();
        long seen = after;
        while (seen < last) {
            Events events = eventsAfter(seen);
            for (Event event : events.events()) {
                if (event.revision() <= last) {
                    keys.add(event.key());
                }
            }
            seen = events.revision();
        }
        return keys;
    }

    private Events eventsAfter(long after) {
        try (Watch history = objects.store().watch(all, after)) {
            return history.next(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the server is stopping");
        }
    }
}
