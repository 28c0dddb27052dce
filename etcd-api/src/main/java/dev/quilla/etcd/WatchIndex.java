package dev.quilla.etcd;

import dev.quilla.store.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The watches of a stream, found by the key that changed. Not thread-safe. */
final class WatchIndex {

    private final Map<Long, WatchSpec> byId = new LinkedHashMap<>();
    private final Map<String, List<WatchSpec>> byKey = new HashMap<>();
    private final List<WatchSpec> ofRanges = new ArrayList<>();

    void add(WatchSpec watch) {
        byId.put(watch.id(), watch);
        if (watch.isOneKey()) {
            byKey.computeIfAbsent(watch.range().start(), key -> new ArrayList<>()).add(watch);
        } else {
            ofRanges.add(watch);
        }
    }

    Optional<WatchSpec> remove(long id) {
        WatchSpec watch = byId.remove(id);
        if (watch == null) {
            return Optional.empty();
        }
        ofRanges.remove(watch);
        byKey.computeIfPresent(
                watch.range().start(),
                (key, watches) -> {
                    watches.remove(watch);
                    return watches.isEmpty() ? null : watches;
                });
        return Optional.of(watch);
    }

    boolean has(long id) {
        return byId.containsKey(id);
    }

    List<WatchSpec> all() {
        return List.copyOf(byId.values());
    }

    int size() {
        return byId.size();
    }

    /** Who wants which of some events; who wants none is left out. */
    Map<WatchSpec, List<io.etcd.jetcd.api.Event>> wanted(List<Event> events) {
        Map<WatchSpec, List<io.etcd.jetcd.api.Event>> wanted = new LinkedHashMap<>();
        for (Event event : events) {
            ToldEvent told = new ToldEvent(event);
            for (WatchSpec watch : byKey.getOrDefault(event.key().text(), List.of())) {
                collect(watch, told, wanted);
            }
            for (WatchSpec watch : ofRanges) {
                if (watch.range().contains(event.key())) {
                    collect(watch, told, wanted);
                }
            }
        }
        return wanted;
    }

    private static void collect(
            WatchSpec watch,
            ToldEvent event,
            Map<WatchSpec, List<io.etcd.jetcd.api.Event>> wanted) {
        if (event.revision() > watch.afterRevision() && event.isWantedBy(watch)) {
            wanted.computeIfAbsent(watch, w -> new ArrayList<>()).add(event.told(watch));
        }
    }
}
