package dev.quilla.apiserver.aggregation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What documents of OpenAPI 2 say here: of paths, which kind they are about and what may be asked
 * for with them; of types, all that describes values. The rest of what others say is left out.
 * Pure.
 */
final class SwaggerSubset {

    private static final String EXTENSION = "x-";
    private static final Set<String> METHODS = Set.of("get", "put", "patch");
    private static final Set<String> PARAMETER = Set.of("in", "name", "description", "type");

    private static final Set<String> SCHEMA =
            Set.of(
                    "$ref",
                    "format",
                    "title",
                    "description",
                    "default",
                    "multipleOf",
                    "maximum",
                    "exclusiveMaximum",
                    "minimum",
                    "exclusiveMinimum",
                    "maxLength",
                    "minLength",
                    "pattern",
                    "maxItems",
                    "minItems",
                    "uniqueItems",
                    "maxProperties",
                    "minProperties",
                    "required",
                    "enum",
                    "type");

    private SwaggerSubset() {}

    /** A path with what is done by it. */
    static Map<String, Object> path(Map<?, ?> path) {
        Map<String, Object> kept = new LinkedHashMap<>();
        path.forEach((name, value) -> {
            if (METHODS.contains((String) name) && value instanceof Map<?, ?> operation) {
                kept.put((String) name, operation(operation));
            }
        });
        return kept;
    }

    private static Map<String, Object> operation(Map<?, ?> operation) {
        Map<String, Object> kept = new LinkedHashMap<>();
        if (operation.get("parameters") instanceof List<?> list) {
            List<Object> parameters = new ArrayList<>();
            for (Object item : list) {
                if (item instanceof Map<?, ?> map && "query".equals(map.get("in"))) {
                    parameters.add(only(map, PARAMETER));
                }
            }
            kept.put("parameters", parameters);
        }
        kept.put("responses", Map.of("200", Map.of("description", "OK")));
        operation.forEach((name, value) -> {
            if (((String) name).startsWith(EXTENSION) && value != null) {
                kept.put((String) name, value);
            }
        });
        return kept;
    }

    private static Map<String, Object> only(Map<?, ?> map, Set<String> names) {
        Map<String, Object> kept = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (names.contains((String) name) && value != null) {
                kept.put((String) name, value);
            }
        });
        return kept;
    }

    /** A type. */
    static Map<String, Object> schema(Map<?, ?> schema) {
        Map<String, Object> kept = new LinkedHashMap<>();
        schema.forEach((key, value) -> {
            String name = (String) key;
            if (value == null) {
                return;
            }
            switch (name) {
                case "properties" -> {
                    Map<String, Object> properties = new LinkedHashMap<>();
                    if (value instanceof Map<?, ?> all) {
                        all.forEach((p, inner) -> properties.put((String) p, inner(inner)));
                    }
                    kept.put(name, properties);
                }
                case "items", "additionalProperties" -> kept.put(name, inner(value));
                case "allOf" ->
                        kept.put(
                                name,
                                value instanceof List<?> list
                                        ? list.stream().map(SwaggerSubset::inner).toList()
                                        : List.of());
                default -> {
                    if (SCHEMA.contains(name) || name.startsWith(EXTENSION)) {
                        kept.put(name, value);
                    }
                }
            }
        });
        return kept;
    }

    private static Object inner(@Nullable Object value) {
        return value instanceof Map<?, ?> map
                ? schema(map)
                : value instanceof Boolean flag ? flag : Map.of();
    }
}
