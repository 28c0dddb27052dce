package dev.quilla.client.kubeconfig;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A mapping in a kubeconfig, read with mild expectations. */
record Node(Map<?, ?> fields) {

    boolean has(String field) {
        return fields.get(field) != null;
    }

    String text(String field) {
        Object value = fields.get(field);
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Number number -> number.toString();
            default -> throw new KubeconfigException(field + " must be a string");
        };
    }

    boolean flag(String field) {
        return Boolean.TRUE.equals(fields.get(field));
    }

    List<String> texts(String field) {
        return fields.get(field) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** A list of mappings with a name and a part that matters, by name. */
    Map<String, Node> named(String field, String part) {
        Map<String, Node> entries = new LinkedHashMap<>();
        switch (fields.get(field)) {
            case null -> {}
            case List<?> list -> list.forEach(item -> add(entries, field, part, item));
            default -> throw new KubeconfigException(field + " must be a list");
        }
        return entries;
    }

    private static void add(Map<String, Node> entries, String field, String part, Object item) {
        if (item instanceof Map<?, ?> map) {
            Object content = map.get(part);
            Node node = new Node(content instanceof Map<?, ?> inner ? inner : Map.of());
            entries.put(new Node(map).text("name"), node);
        } else {
            throw new KubeconfigException(field + " must hold mappings");
        }
    }
}
