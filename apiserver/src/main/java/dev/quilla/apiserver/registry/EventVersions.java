package dev.quilla.apiserver.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events of the core group and of {@code events.k8s.io}: the same, with other names of fields. */
final class EventVersions {

    private static final Map<String, String> TO_EVENTS =
            Map.of(
                    "involvedObject", "regarding",
                    "message", "note",
                    "source", "deprecatedSource",
                    "firstTimestamp", "deprecatedFirstTimestamp",
                    "lastTimestamp", "deprecatedLastTimestamp",
                    "count", "deprecatedCount",
                    "reportingComponent", "reportingController");

    private EventVersions() {}

    static Map<String, @Nullable Object> toEvents(Map<String, @Nullable Object> core) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        core.forEach((name, value) -> event.put(TO_EVENTS.getOrDefault(name, name), value));
        return event;
    }

    static Map<String, @Nullable Object> toCore(Map<String, @Nullable Object> event) {
        Map<String, @Nullable Object> core = new LinkedHashMap<>(event);
        TO_EVENTS.forEach((coreName, name) -> {
            Object value = core.remove(name);
            if (value != null) {
                core.put(coreName, value);
            }
        });
        return core;
    }
}
