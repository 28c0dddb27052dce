package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.GroupResource;
import java.util.List;
import java.util.Map;

/**
 * How many seats a request is worth: one, and one for each hundred objects that a list looks at. A
 * write is worth one however many watch: an event is made once for all of them.
 */
final class WorkEstimate {

    private static final int OBJECTS_PER_SEAT = 100;
    private static final int SEATS_MAX = 1_000;

    private final ObjectStore objects;

    WorkEstimate(ObjectStore objects) {
        this.objects = objects;
    }

    int seats(RequestInfo what, Map<String, List<String>> query) {
        boolean lists =
                what.verb().equals("list")
                        || (what.verb().equals("watch") && startsWithList(query));
        if (!lists || !what.isResource() || !what.name().isEmpty()) {
            return 1;
        }
        long looked =
                objects.local()
                        .count(
                                Keys.objects(
                                        new GroupResource(what.group(), what.resource()),
                                        what.namespace()));
        long limit = number(query);
        boolean selects = query.containsKey("labelSelector") || query.containsKey("fieldSelector");
        if (limit > 0 && !selects) {
            looked = Math.min(looked, limit);
        }
        return Math.clamp(Math.ceilDiv(looked, OBJECTS_PER_SEAT), 1, SEATS_MAX);
    }

    /** Whether a watch begins with all that there is. */
    private static boolean startsWithList(Map<String, List<String>> query) {
        List<String> version = query.getOrDefault("resourceVersion", List.of());
        return version.isEmpty()
                || version.contains("")
                || version.contains("0")
                || query.getOrDefault("sendInitialEvents", List.of()).contains("true");
    }

    /** What can't be read is refused later, by whoever needs it. */
    private static long number(Map<String, List<String>> query) {
        String text = query.getOrDefault("limit", List.of("")).stream().findFirst().orElse("");
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }
}
