package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.model.codec.OpenApiProtobuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one document of OpenAPI 2 of those of several servers. Of another server only what it
 * serves as a version of a group is taken: its paths there, the kinds of that version, and whatever
 * types these name. Pure.
 */
final class MergedSwagger {

    private static final String PATHS = "paths";
    private static final String DEFINITIONS = "definitions";
    private static final String REFERENCE = "$ref";
    private static final String PREFIX = "#/definitions/";

    private MergedSwagger() {}

    /**
     * What another server says of a version.
     *
     * @param hash tells it from its other versions
     */
    record Part(Map<String, Object> paths, Map<String, Object> definitions, String hash) {}

    /**
     * The part of another server's document that is about a version, as far as documents here say
     * such things.
     *
     * @param document of that server, whatever it has sent
     * @throws IllegalArgumentException if it is not as a document of OpenAPI 2 is
     */
    static Part part(Map<String, ?> document, String group, String version) {
        Map<String, Object> paths = new LinkedHashMap<>();
        String root = "/apis/" + group + "/" + version + "/";
        map(document.get(PATHS))
                .forEach((path, value) -> {
                    if (path.startsWith(root)) {
                        paths.put(path, SwaggerSubset.path(map(value)));
                    }
                });
        Map<String, Object> all = map(document.get(DEFINITIONS));
        Deque<Object> open = new ArrayDeque<>();
        Map<String, Object> definitions = new LinkedHashMap<>();
        all.forEach((name, definition) -> {
            if (isOf(definition, group, version)) {
                definitions.put(name, SwaggerSubset.schema(map(definition)));
                open.add(definition);
            }
        });
        while (!open.isEmpty()) {
            for (String name : references(open.remove())) {
                Object definition = all.get(name);
                if (definition != null && !definitions.containsKey(name)) {
                    definitions.put(name, SwaggerSubset.schema(map(definition)));
                    open.add(definition);
                }
            }
        }
        Map<String, @Nullable Object> part = new LinkedHashMap<>();
        part.put(PATHS, paths);
        part.put(DEFINITIONS, definitions);
        try {
            byte[] spelt = OpenApiProtobuf.write(part);
            return new Part(paths, definitions, OpenApi.Document.of("", spelt).hash());
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("a value is of another type than it may be", e);
        }
    }

    private static boolean isOf(Object definition, String group, String version) {
        return map(definition).get("x-kubernetes-group-version-kind") instanceof List<?> kinds
                && kinds.stream()
                        .anyMatch(k ->
                                group.equals(map(k).get("group"))
                                        && version.equals(map(k).get("version")));
    }

    /**
     * A document with the parts of others. A type that is called as another one, but is not the
     * same, gets another name.
     */
    static Map<String, @Nullable Object> of(Map<String, @Nullable Object> own, List<Part> parts) {
        Map<String, Object> paths = new LinkedHashMap<>(map(own.get(PATHS)));
        Map<String, Object> definitions = new LinkedHashMap<>(map(own.get(DEFINITIONS)));
        for (Part part : parts) {
            Map<String, String> names = names(definitions, part.definitions());
            part.definitions()
                    .forEach((name, definition) ->
                            definitions.putIfAbsent(
                                    names.getOrDefault(name, name), renamed(definition, names)));
            part.paths().forEach((path, value) -> paths.putIfAbsent(path, renamed(value, names)));
        }
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(own);
        merged.put(PATHS, paths);
        merged.put(DEFINITIONS, definitions);
        return merged;
    }

    private static Map<String, String> names(Map<String, Object> known, Map<String, Object> more) {
        Map<String, String> names = new HashMap<>();
        more.forEach((name, definition) -> {
            String called = name;
            int next = 2;
            while (!definition.equals(known.getOrDefault(called, definition))) {
                called = name + "_v" + next;
                next++;
            }
            if (!called.equals(name)) {
                names.put(name, called);
            }
        });
        return names;
    }

    private static Set<String> references(Object tree) {
        Set<String> names = new HashSet<>();
        Deque<Object> open = new ArrayDeque<>(List.of(tree));
        while (!open.isEmpty()) {
            switch (open.remove()) {
                case Map<?, ?> map ->
                        map.forEach((key, value) -> {
                            if (key.equals(REFERENCE)
                                    && value instanceof String text
                                    && text.startsWith(PREFIX)) {
                                names.add(text.substring(PREFIX.length()));
                            } else if (value != null) {
                                open.add(value);
                            }
                        });
                case List<?> list -> list.stream().filter(i -> i != null).forEach(open::add);
                default -> {
                    // Texts and numbers name no types.
                }
            }
        }
        return names;
    }

    private static Object renamed(Object tree, Map<String, String> names) {
        if (names.isEmpty()) {
            return tree;
        }
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> {
                    String name = (String) key;
                    if (value != null) {
                        copy.put(
                                name,
                                name.equals(REFERENCE)
                                        ? reference(value, names)
                                        : renamed(value, names));
                    }
                });
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(renamed(item, names)));
                yield copy;
            }
            default -> tree;
        };
    }

    private static Object reference(Object value, Map<String, String> names) {
        if (!(value instanceof String text) || !text.startsWith(PREFIX)) {
            return value;
        }
        String name = text.substring(PREFIX.length());
        return PREFIX + names.getOrDefault(name, name);
    }

    @SuppressWarnings("unchecked") // the keys of JSON objects are texts
    private static Map<String, Object> map(@Nullable Object tree) {
        return tree instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
