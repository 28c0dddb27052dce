package dev.quilla.apiserver.registry;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Horizontal pod autoscalers of {@code autoscaling/v1} and {@code v2}. The old version knows one
 * metric, the processors' utilization; the rest stands in annotations, as in Kubernetes.
 */
final class AutoscalerVersions {

    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final String CURRENT_METRICS = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";

    private AutoscalerVersions() {}

    static Map<String, @Nullable Object> toV1(Map<String, @Nullable Object> v2) {
        Map<String, @Nullable Object> v1 = new LinkedHashMap<>(v2);
        Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
        Map<String, @Nullable Object> spec = copy(v2.get("spec"));
        Rest metrics = rest(spec.remove("metrics"), "target");
        metrics.processors().ifPresent(u -> spec.put("targetCPUUtilizationPercentage", u));
        note(annotations, METRICS, metrics.others());
        note(annotations, BEHAVIOR, spec.remove("behavior"));
        put(v1, "spec", spec);
        Map<String, @Nullable Object> status = copy(v2.get("status"));
        Rest current = rest(status.remove("currentMetrics"), "current");
        current.processors().ifPresent(u -> status.put("currentCPUUtilizationPercentage", u));
        note(annotations, CURRENT_METRICS, current.others());
        note(annotations, CONDITIONS, status.remove("conditions"));
        put(v1, "status", status);
        if (!annotations.isEmpty()) {
            Map<String, @Nullable Object> metadata = copy(v2.get("metadata"));
            Map<String, @Nullable Object> all = copy(metadata.get("annotations"));
            all.putAll(annotations);
            metadata.put("annotations", all);
            v1.put("metadata", metadata);
        }
        return v1;
    }

    static Map<String, @Nullable Object> toV2(Map<String, @Nullable Object> v1) {
        Map<String, @Nullable Object> v2 = new LinkedHashMap<>(v1);
        Map<String, @Nullable Object> metadata = copy(v1.get("metadata"));
        Map<String, @Nullable Object> annotations = copy(metadata.get("annotations"));
        Map<String, @Nullable Object> spec = copy(v1.get("spec"));
        List<Object> metrics = new ArrayList<>();
        for (Object metric : list(noted(annotations, METRICS))) {
            metrics.add(deep(copy(metric), "target"));
        }
        Object wanted = spec.remove("targetCPUUtilizationPercentage");
        if (wanted != null) {
            metrics.add(processors("target", wanted));
        }
        put(spec, "metrics", metrics);
        putIfThere(spec, "behavior", noted(annotations, BEHAVIOR));
        put(v2, "spec", spec);
        Map<String, @Nullable Object> status = copy(v1.get("status"));
        List<Object> current = new ArrayList<>();
        for (Object metric : list(noted(annotations, CURRENT_METRICS))) {
            current.add(deep(copy(metric), "current"));
        }
        Object used = status.remove("currentCPUUtilizationPercentage");
        if (used != null) {
            current.add(processors("current", used));
        }
        put(status, "currentMetrics", current);
        putIfThere(status, "conditions", noted(annotations, CONDITIONS));
        put(v2, "status", status);
        metadata.remove("annotations");
        put(metadata, "annotations", annotations);
        put(v2, "metadata", metadata);
        return v2;
    }

    /**
     * Metrics as the old version has them.
     *
     * @param processors the utilization, which has a field of its own
     * @param others all but that
     */
    private record Rest(Optional<Object> processors, List<Object> others) {}

    private static Rest rest(@Nullable Object metrics, String side) {
        Optional<Object> processors = Optional.empty();
        List<Object> others = new ArrayList<>();
        for (Object one : list(metrics)) {
            Map<String, @Nullable Object> metric = copy(one);
            Map<String, @Nullable Object> source = copy(metric.get("resource"));
            Object utilization = copy(source.get(side)).get("averageUtilization");
            boolean own = "cpu".equals(source.get("name")) && processors.isEmpty();
            if (own && utilization != null) {
                processors = Optional.of(utilization);
            } else {
                others.add(flat(metric, side));
            }
        }
        return new Rest(processors, others);
    }

    private static Map<String, @Nullable Object> processors(String side, Object utilization) {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        if (side.equals("target")) {
            value.put("type", "Utilization");
        }
        value.put("averageUtilization", utilization);
        return map("type", "Resource", "resource", map("name", "cpu", side, value));
    }

    /** What a metric is to be, or is, stands beside its name in the old version. */
    private static Map<String, @Nullable Object> flat(
            Map<String, @Nullable Object> metric, String side) {
        String place = place(metric);
        Map<String, @Nullable Object> source = copy(metric.get(place));
        Map<String, @Nullable Object> value = copy(source.remove(side));
        Map<String, @Nullable Object> identity = copy(source.remove("metric"));
        putIfThere(source, "metricName", identity.get("name"));
        String selector = place.equals("external") ? "metricSelector" : "selector";
        putIfThere(source, selector, identity.get("selector"));
        putIfThere(source, "target", source.remove("describedObject"));
        putIfThere(source, side + "AverageUtilization", value.get("averageUtilization"));
        putIfThere(source, side + "Value", value.get("value"));
        String average = place.equals("object") ? "averageValue" : side + "AverageValue";
        putIfThere(source, average, value.get("averageValue"));
        return map("type", metric.get("type"), place, source);
    }

    private static Map<String, @Nullable Object> deep(
            Map<String, @Nullable Object> metric, String side) {
        String place = place(metric);
        Map<String, @Nullable Object> source = copy(metric.get(place));
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        String average = place.equals("object") ? "averageValue" : side + "AverageValue";
        Object utilization = source.remove(side + "AverageUtilization");
        Object averageValue = source.remove(average);
        Object absolute = source.remove(side + "Value");
        if (side.equals("target")) {
            value.put(
                    "type",
                    utilization != null
                            ? "Utilization"
                            : averageValue != null ? "AverageValue" : "Value");
        }
        putIfThere(value, "averageUtilization", utilization);
        putIfThere(value, "averageValue", averageValue);
        putIfThere(value, "value", absolute);
        Map<String, @Nullable Object> identity = new LinkedHashMap<>();
        putIfThere(identity, "name", source.remove("metricName"));
        String selector = place.equals("external") ? "metricSelector" : "selector";
        putIfThere(identity, "selector", source.remove(selector));
        put(source, "metric", identity);
        if (place.equals("object")) {
            putIfThere(source, "describedObject", source.remove("target"));
        }
        source.put(side, value);
        return map("type", metric.get("type"), place, source);
    }

    /** The field of a metric that its type names. */
    private static String place(Map<String, @Nullable Object> metric) {
        String type = String.valueOf(metric.getOrDefault("type", "Resource"));
        return type.isEmpty() ? type : Character.toLowerCase(type.charAt(0)) + type.substring(1);
    }

    private static void note(
            Map<String, @Nullable Object> annotations, String name, @Nullable Object value) {
        boolean isEmpty = value == null || value instanceof List<?> list && list.isEmpty();
        if (!isEmpty) {
            annotations.put(name, new String(JsonTree.write(value), StandardCharsets.UTF_8));
        }
    }

    private static @Nullable Object noted(Map<String, @Nullable Object> annotations, String name) {
        Object text = annotations.remove(name);
        if (text == null) {
            return List.of();
        }
        try {
            return JsonTree.parse(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            throw ApiErrors.badRequest(
                    "metadata.annotations[%s] is no JSON: %s".formatted(name, e.getMessage()));
        }
    }

    private static void put(
            Map<String, @Nullable Object> into, String name, @Nullable Object value) {
        boolean isEmpty =
                value instanceof Map<?, ?> map && map.isEmpty()
                        || value instanceof List<?> list && list.isEmpty();
        if (!isEmpty) {
            into.put(name, value);
        }
    }

    private static void putIfThere(
            Map<String, @Nullable Object> into, String name, @Nullable Object value) {
        if (value != null) {
            put(into, name, value);
        }
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    @SuppressWarnings("unchecked") // an object's keys are text
    private static Map<String, @Nullable Object> copy(@Nullable Object value) {
        return value instanceof Map<?, ?> map
                ? new LinkedHashMap<>((Map<String, @Nullable Object>) map)
                : new LinkedHashMap<>();
    }

    private static Map<String, @Nullable Object> map(@Nullable Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}
