package dev.quilla.model.health;

import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Probe;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A probe by a plugin's health check. A pod asks for it by the annotation {@code
 * health.quilla.dev/<container>.<liveness|readiness|startup>}, whose value is JSON: {@code
 * {"plugin":"redis","params":{"port":"6379"},"periodSeconds":5}}.
 *
 * @param container the container that is probed
 * @param plugin the health check's name
 * @param parameters what the health check is told
 * @param timing when to look and how often to believe it; the probe's action is not used
 */
public record PluginProbe(
        String container, Kind kind, String plugin, Map<String, String> parameters, Probe timing) {

    /** What every such annotation begins with. */
    public static final String PREFIX = "health.quilla.dev/";

    private static final Set<String> NUMBERS =
            Set.of(
                    "initialDelaySeconds",
                    "periodSeconds",
                    "timeoutSeconds",
                    "successThreshold",
                    "failureThreshold",
                    "terminationGracePeriodSeconds");

    public PluginProbe {
        parameters = Map.copyOf(parameters);
    }

    /** What the probe decides. */
    public enum Kind {
        LIVENESS,
        READINESS,
        STARTUP;

        private static Optional<Kind> of(String word) {
            return List.of(values()).stream()
                    .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /**
     * Reads one annotation.
     *
     * @throws IllegalArgumentException if it says something else; the message says what is wrong
     */
    public static PluginProbe parse(String annotation, String value) {
        String target = annotation.substring(PREFIX.length());
        int dot = target.lastIndexOf('.');
        Kind kind =
                Kind.of(target.substring(dot + 1))
                        .filter(k -> dot > 0)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "the key must be "
                                                + PREFIX
                                                + "<container>.<liveness|readiness|startup>"));
        Map<String, @Nullable Object> json = object(value);
        refuseUnknown(json.keySet());
        if (!(json.get("plugin") instanceof String plugin) || plugin.isBlank()) {
            throw new IllegalArgumentException("must name a health check in \"plugin\"");
        }
        Probe timing = timing(kind, json);
        return new PluginProbe(
                target.substring(0, dot), kind, plugin, parameters(json.get("params")), timing);
    }

    private static Map<String, @Nullable Object> object(String value) {
        try {
            return JsonTree.parseObject(value.getBytes(StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void refuseUnknown(Set<String> fields) {
        Set<String> unknown = new TreeSet<>(fields);
        unknown.removeAll(NUMBERS);
        unknown.removeAll(Set.of("plugin", "params"));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown field " + String.join(", ", unknown));
        }
    }

    private static Map<String, String> parameters(@Nullable Object params) {
        if (params == null) {
            return Map.of();
        }
        if (!(params instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("\"params\" must be an object of strings");
        }
        Map<String, String> texts = new HashMap<>();
        map.forEach((name, value) -> {
            if (!(value instanceof String text)) {
                throw new IllegalArgumentException("\"params\" must be an object of strings");
            }
            texts.put(String.valueOf(name), text);
        });
        return texts;
    }

    private static Probe timing(Kind kind, Map<String, @Nullable Object> json) {
        Probe.Builder timing =
                Probe.builder()
                        .initialDelaySeconds(number(json, "initialDelaySeconds", 0, 0))
                        .periodSeconds(number(json, "periodSeconds", 1, 10))
                        .timeoutSeconds(number(json, "timeoutSeconds", 1, 1))
                        .successThreshold(number(json, "successThreshold", 1, 1))
                        .failureThreshold(number(json, "failureThreshold", 1, 3));
        if (json.containsKey("terminationGracePeriodSeconds")) {
            timing.terminationGracePeriodSeconds(
                    (long) number(json, "terminationGracePeriodSeconds", 1, 1));
        }
        Probe probe = timing.build();
        if (kind != Kind.READINESS && probe.successThreshold() != 1) {
            throw new IllegalArgumentException(
                    "\"successThreshold\" must be 1 for liveness and startup");
        }
        return probe;
    }

    private static int number(
            Map<String, @Nullable Object> json, String field, int least, int usual) {
        if (!json.containsKey(field)) {
            return usual;
        }
        if (json.get(field) instanceof Long number
                && number >= least
                && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw new IllegalArgumentException(
                "\"" + field + "\" must be a whole number of at least " + least);
    }
}
