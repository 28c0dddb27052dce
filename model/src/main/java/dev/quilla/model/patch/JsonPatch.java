package dev.quilla.model.patch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON patch, RFC 6902. */
public final class JsonPatch {

    /** More operations than this are refused. */
    public static final int OPERATIONS_MAX = 10_000;

    /**
     * A document that becomes deeper is refused: each copy into itself would double it. As deep as
     * JSON may be that is sent.
     */
    private static final int DEPTH_MAX = 200;

    /**
     * How many values and characters all operations may copy within the document, for the same
     * reason. As in Kubernetes, about as much as an object may have.
     */
    private static final int COPIED_MAX = 3 << 20;

    /** The same for values that are moved, which takes time alone. */
    private static final int MOVED_MAX = 10_000_000;

    private int copied;
    private int moved;

    private JsonPatch() {}

    /**
     * The target with all operations applied; it is not changed itself.
     *
     * @throws PatchException if an operation is malformed or does not fit the target
     */
    public static @Nullable Object apply(@Nullable Object target, @Nullable Object patch) {
        if (patch == null) {
            return target;
        }
        if (!(patch instanceof List<?> operations)) {
            throw new PatchException("a JSON patch is a list of operations");
        }
        if (operations.size() > OPERATIONS_MAX) {
            throw new PatchException(
                    "the allowed maximum of operations in a JSON patch is " + OPERATIONS_MAX);
        }
        return new JsonPatch().all(target, operations);
    }

    private @Nullable Object all(@Nullable Object target, List<?> operations) {
        Object result = copy(target, 0);
        for (Object operation : operations) {
            if (!(operation instanceof Map<?, ?> map)) {
                throw new PatchException("an operation of a JSON patch is an object");
            }
            result = apply(result, map);
        }
        return result;
    }

    private @Nullable Object apply(@Nullable Object document, Map<?, ?> operation) {
        List<String> path = pointer(operation, "path");
        String op = String.valueOf(operation.get("op"));
        return switch (op) {
            case "add" -> add(document, path, copy(value(operation), path.size()));
            case "remove" -> {
                get(document, path);
                if (path.isEmpty()) {
                    throw new PatchException("the whole document can't be removed");
                }
                yield remove(document, path);
            }
            case "replace" -> replace(document, path, copy(value(operation), path.size()));
            case "move" -> {
                List<String> from = pointer(operation, "from");
                Object value = get(document, from);
                checkDepth(value, path.size());
                yield add(remove(document, from), path, value);
            }
            case "copy" -> {
                Object original = find(document, pointer(operation, "from"));
                count(original);
                yield add(document, path, copy(original, path.size()));
            }
            case "test" -> {
                if (!same(find(document, path), value(operation))) {
                    throw PatchException.ofTest(
                            "testing value " + operation.get("path") + " failed");
                }
                yield document;
            }
            default -> throw new PatchException("unexpected kind: " + op);
        };
    }

    /** An operation that says no value means none. */
    private static @Nullable Object value(Map<?, ?> operation) {
        return operation.get("value");
    }

    private static List<String> pointer(Map<?, ?> operation, String key) {
        if (!(operation.get(key) instanceof String text)) {
            throw new PatchException("operation " + operation.get("op") + " needs a " + key);
        }
        if (text.isEmpty()) {
            return List.of();
        }
        if (!text.startsWith("/")) {
            throw new PatchException("\"" + text + "\" is no JSON pointer: it must start with /");
        }
        List<String> parts = new ArrayList<>();
        for (String part : text.substring(1).split("/", -1)) {
            parts.add(part.replace("~1", "/").replace("~0", "~"));
        }
        return parts;
    }

    private static @Nullable Object get(@Nullable Object document, List<String> path) {
        Object current = document;
        for (String part : path) {
            current = child(current, part);
        }
        return current;
    }

    /** As {@link #get}, where a field that is not there has no value; what it is in is there. */
    private static @Nullable Object find(@Nullable Object document, List<String> path) {
        if (path.isEmpty()) {
            return document;
        }
        Object parent = get(document, path.subList(0, path.size() - 1));
        return parent instanceof Map<?, ?> map
                ? map.get(path.getLast())
                : child(parent, path.getLast());
    }

    private static @Nullable Object child(@Nullable Object parent, String part) {
        if (parent instanceof Map<?, ?> map && map.containsKey(part)) {
            return map.get(part);
        }
        if (parent instanceof List<?> list) {
            return list.get(index(part, list.size() - 1));
        }
        throw new PatchException("doc is missing path: " + part);
    }

    /** Below zero it counts from the end, which no RFC says and Kubernetes does. */
    private static int index(String part, int max) {
        try {
            int number = Integer.parseInt(part);
            int index = number < 0 ? number + max + 1 : number;
            if (index >= 0 && index <= max) {
                return index;
            }
        } catch (NumberFormatException e) {
            throw new PatchException("\"" + part + "\" is no index of a list");
        }
        throw new PatchException("invalid array index " + part);
    }

    private interface Edit {
        void at(Object parent, String last);
    }

    private static @Nullable Object edit(
            @Nullable Object document, List<String> path, @Nullable Object whole, Edit edit) {
        if (path.isEmpty()) {
            return whole;
        }
        Object parent = get(document, path.subList(0, path.size() - 1));
        if (parent == null) {
            throw new PatchException("doc is missing path: " + String.join("/", path));
        }
        edit.at(parent, path.getLast());
        return document;
    }

    @SuppressWarnings("unchecked") // the document is a copy of our own making
    private static @Nullable Object add(
            @Nullable Object document, List<String> path, @Nullable Object value) {
        return edit(
                document,
                path,
                value,
                (parent, last) -> {
                    switch (parent) {
                        case Map<?, ?> map ->
                                ((Map<String, @Nullable Object>) map).put(last, value);
                        case List<?> list -> {
                            int size = list.size();
                            ((List<@Nullable Object>) list)
                                    .add(last.equals("-") ? size : index(last, size), value);
                        }
                        default -> throw new PatchException("doc is missing path: " + last);
                    }
                });
    }

    @SuppressWarnings("unchecked") // the document is a copy of our own making
    private static @Nullable Object replace(
            @Nullable Object document, List<String> path, @Nullable Object value) {
        return edit(
                document,
                path,
                value,
                (parent, last) -> {
                    switch (parent) {
                        case Map<?, ?> map ->
                                ((Map<String, @Nullable Object>) map).put(last, value);
                        case List<?> list ->
                                ((List<@Nullable Object>) list)
                                        .set(index(last, list.size() - 1), value);
                        default -> throw new PatchException("doc is missing path: " + last);
                    }
                });
    }

    private static @Nullable Object remove(@Nullable Object document, List<String> path) {
        return edit(
                document,
                path,
                null,
                (parent, last) -> {
                    switch (parent) {
                        case Map<?, ?> map -> map.remove(last);
                        case List<?> list -> list.remove(index(last, list.size() - 1));
                        default -> throw new PatchException("doc is missing path: " + last);
                    }
                });
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            return new java.math.BigDecimal(x.toString())
                            .compareTo(new java.math.BigDecimal(y.toString()))
                    == 0;
        }
        return Objects.equals(a, b);
    }

    /** Takes no deeper stack than the document is allowed to have. */
    private static @Nullable Object copy(@Nullable Object value, int depth) {
        return switch (value) {
            case Map<?, ?> map -> {
                limit(depth);
                Map<String, @Nullable Object> result = new LinkedHashMap<>();
                map.forEach((k, v) -> result.put((String) k, copy(v, depth + 1)));
                yield result;
            }
            case List<?> list -> {
                limit(depth);
                List<@Nullable Object> result = new ArrayList<>();
                list.forEach(item -> result.add(copy(item, depth + 1)));
                yield result;
            }
            case null -> null;
            default -> value;
        };
    }

    private void checkDepth(@Nullable Object value, int depth) {
        if (++moved > MOVED_MAX) {
            throw new PatchException(
                    "the operations move more than " + MOVED_MAX + " values altogether");
        }
        switch (value) {
            case Map<?, ?> map -> {
                limit(depth);
                map.values().forEach(v -> checkDepth(v, depth + 1));
            }
            case List<?> list -> {
                limit(depth);
                list.forEach(item -> checkDepth(item, depth + 1));
            }
            case null, default -> {
                // Has nothing inside.
            }
        }
    }

    private static void limit(int depth) {
        if (depth >= DEPTH_MAX) {
            throw new PatchException("the result is nested deeper than " + DEPTH_MAX);
        }
    }

    private void count(@Nullable Object value) {
        copied += 1;
        switch (value) {
            case Map<?, ?> map ->
                    map.forEach((key, inner) -> {
                        copied += String.valueOf(key).length();
                        count(inner);
                    });
            case List<?> list -> list.forEach(this::count);
            case String text -> copied += text.length();
            case null, default -> {
                // Numbers and the like are small.
            }
        }
        if (copied > COPIED_MAX) {
            throw new PatchException(
                    "the copies that the operations make are larger than "
                            + COPIED_MAX
                            + " bytes altogether");
        }
    }
}
