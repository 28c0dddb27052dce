package dev.quilla.model.jsonpath;

import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' JSONPath templates: text with expressions in braces, {@code {range …}…{end}}
 * included. What a path doesn't find is nothing, not an error. Immutable.
 */
public final class JsonPath {

    private final List<Part> parts;

    JsonPath(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A piece of a template. */
    sealed interface Part {}

    /** Text that stays as it is. */
    record Literal(String text) implements Part {}

    /** A path; what it finds is written, with spaces between. */
    record Values(List<PathStep> steps) implements Part {}

    /** Parts that are written for each value that a path finds. */
    record Range(List<PathStep> steps, List<Part> body) implements Part {
        Range {
            body = List.copyOf(body);
        }
    }

    /**
     * Reads a template; one without braces is a path.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static JsonPath parse(String template) {
        return new JsonPathParser(template).parse();
    }

    /** What the template makes of a value. */
    public String apply(@Nullable Object root) {
        StringBuilder text = new StringBuilder();
        apply(parts, root, text);
        return text.toString();
    }

    /** What the template's paths find in a value. */
    public List<@Nullable Object> values(@Nullable Object root) {
        List<@Nullable Object> all = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Values(List<PathStep> steps)) {
                all.addAll(find(steps, root));
            }
        }
        return all;
    }

    private static void apply(List<Part> parts, @Nullable Object current, StringBuilder text) {
        for (Part part : parts) {
            switch (part) {
                case Literal(String literal) -> text.append(literal);
                case Values(List<PathStep> steps) ->
                        text.append(
                                find(steps, current).stream()
                                        .map(JsonPath::text)
                                        .collect(Collectors.joining(" ")));
                case Range(List<PathStep> steps, List<Part> body) ->
                        find(steps, current).forEach(value -> apply(body, value, text));
            }
        }
    }

    static List<@Nullable Object> find(List<PathStep> steps, @Nullable Object root) {
        List<@Nullable Object> current = new ArrayList<>();
        current.add(root);
        for (PathStep step : steps) {
            List<@Nullable Object> next = new ArrayList<>();
            current.forEach(value -> step.follow(value, next));
            current = next;
        }
        return current;
    }

    /** How a value that was found is written. */
    public static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value == null
                ? ""
                : new String(JsonTree.write(sorted(value)), StandardCharsets.UTF_8);
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> keys = new TreeMap<>();
            map.forEach((key, item) -> keys.put((String) key, sorted(item)));
            return keys;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> items = new ArrayList<>(list.size());
            list.forEach(item -> items.add(sorted(item)));
            return items;
        }
        return value;
    }
}
