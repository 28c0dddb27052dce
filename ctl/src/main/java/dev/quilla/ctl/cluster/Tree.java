package dev.quilla.ctl.cluster;

import dev.quilla.model.codec.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object, as {@link JsonTree} has it. The command line shows what servers send, kinds that
 * it never heard of too, so it needs no schema. Never changed once made.
 */
public record Tree(Map<String, @Nullable Object> fields) {

    /** Without fields. */
    public static final Tree EMPTY = new Tree(Map.of());

    /** Reads JSON. */
    public static Tree parse(byte[] json) {
        return new Tree(JsonTree.parseObject(json));
    }

    /** Of one field. */
    public static Tree of(String name, Object value) {
        return new Tree(Map.of(name, value));
    }

    /** The value at the end of a path of fields; empty where there is none or it is null. */
    public Optional<Object> at(String... path) {
        Object value = fields;
        for (String name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return Optional.ofNullable(value);
    }

    /** A value as text; empty text where there is none. */
    public String text(String... path) {
        return at(path).map(String::valueOf).orElse("");
    }

    /** A value as text, or this text where there is none. */
    public String textOr(String otherwise, String... path) {
        String text = text(path);
        return text.isEmpty() ? otherwise : text;
    }

    /** A whole number; 0 where there is none. */
    public long number(String... path) {
        return at(path).map(v -> v instanceof Number n ? n.longValue() : 0L).orElse(0L);
    }

    /** An object; without fields where there is none. */
    public Tree tree(String... path) {
        return at(path).flatMap(Tree::from).orElse(EMPTY);
    }

    /** A list of objects; what is no object in it is left out. */
    public List<Tree> trees(String... path) {
        return list(path).stream().flatMap(v -> from(v).stream()).toList();
    }

    /** A list; empty where there is none. */
    public List<?> list(String... path) {
        return at(path).map(v -> v instanceof List<?> list ? list : List.of()).orElse(List.of());
    }

    /** A map of texts, sorted by name. */
    public Map<String, String> texts(String... path) {
        Map<String, String> texts = new TreeMap<>();
        tree(path).fields().forEach((k, v) -> texts.put(k, String.valueOf(v)));
        return texts;
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Optional<Tree> from(@Nullable Object value) {
        return value instanceof Map<?, ?> map
                ? Optional.of(new Tree((Map<String, @Nullable Object>) map))
                : Optional.empty();
    }

    /** The same with a value at the end of a path. */
    public Tree with(@Nullable Object value, String... path) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        if (path.length == 1) {
            copy.put(path[0], value instanceof Tree tree ? tree.fields() : value);
        } else {
            String[] rest = java.util.Arrays.copyOfRange(path, 1, path.length);
            copy.put(path[0], tree(path[0]).with(value, rest).fields());
        }
        return new Tree(copy);
    }

    /** The same without what is at the end of a path. */
    public Tree without(String... path) {
        if (at(path).isEmpty() && path.length > 1) {
            return this;
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        if (path.length == 1) {
            copy.remove(path[0]);
        } else {
            String[] rest = java.util.Arrays.copyOfRange(path, 1, path.length);
            copy.put(path[0], tree(path[0]).without(rest).fields());
        }
        return new Tree(copy);
    }

    /** As compact JSON. */
    public byte[] toJson() {
        return JsonTree.write(fields);
    }

    /** {@code metadata.name}. */
    public String name() {
        return text("metadata", "name");
    }

    /** {@code metadata.namespace}; empty where it has none. */
    public String namespace() {
        return text("metadata", "namespace");
    }
}
