package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the patch that brings a live object to what is wanted, given what was wanted before: sets
 * what differs, removes what is no longer wanted, and leaves alone what others set. With a
 * definition it is a strategic merge patch, without one a JSON merge patch.
 */
final class ThreeWayPatch {

    private ThreeWayPatch() {}

    /** The patch; without fields when there is nothing to do. */
    static Tree of(Optional<Definition> definition, Tree before, Tree wanted, Tree live) {
        return new Tree(objects(definition, before.fields(), wanted.fields(), live.fields()));
    }

    private static Map<String, @Nullable Object> objects(
            Optional<Definition> definition,
            Map<String, @Nullable Object> before,
            Map<String, @Nullable Object> wanted,
            Map<String, @Nullable Object> live) {
        Map<String, @Nullable Object> patch = new LinkedHashMap<>();
        wanted.forEach((name, value) -> {
            Optional<Field> field = definition.flatMap(d -> d.find(name));
            if (value == null) {
                remove(name, live, patch);
            } else if (live.get(name) == null) {
                patch.put(name, value);
            } else {
                change(name, field, definition, before.get(name), value, live.get(name), patch);
            }
        });
        for (String name : before.keySet()) {
            if (!wanted.containsKey(name)) {
                remove(name, live, patch);
            }
        }
        return patch;
    }

    private static void remove(
            String name, Map<String, @Nullable Object> live, Map<String, @Nullable Object> patch) {
        if (live.get(name) != null) {
            patch.put(name, null);
        }
    }

    private static void change(
            String name,
            Optional<Field> field,
            Optional<Definition> definition,
            @Nullable Object before,
            Object wanted,
            @Nullable Object live,
            Map<String, @Nullable Object> patch) {
        if (wanted instanceof Map<?, ?> map && live instanceof Map<?, ?> liveMap) {
            Map<String, @Nullable Object> inner =
                    objects(parts(field), mapOf(before), strings(map), strings(liveMap));
            if (!inner.isEmpty()) {
                retainKeys(field, strings(map), inner);
                patch.put(name, inner);
            }
        } else if (wanted instanceof List<?> list && live instanceof List<?> liveList) {
            lists(name, field, definition, listOf(before), list, liveList, patch);
        } else if (!same(wanted, live)) {
            patch.put(name, wanted);
        }
    }

    /** A map's values have the map field's definition, but the map itself has none. */
    private static Optional<Definition> parts(Optional<Field> field) {
        return field.filter(f -> !(f.type() instanceof ValueType.MapType)).flatMap(Field::struct);
    }

    private static void retainKeys(
            Optional<Field> field,
            Map<String, @Nullable Object> wanted,
            Map<String, @Nullable Object> patch) {
        if (field.isPresent() && field.get().merging().patchStrategies().contains("retainKeys")) {
            patch.put("$retainKeys", wanted.keySet().stream().sorted().toList());
        }
    }

    private static void lists(
            String name,
            Optional<Field> field,
            Optional<Definition> definition,
            List<?> before,
            List<?> wanted,
            List<?> live,
            Map<String, @Nullable Object> patch) {
        boolean merges =
                field.isPresent() && field.get().merging().patchStrategies().contains("merge");
        if (!merges || definition.isEmpty()) {
            if (!same(wanted, live)) {
                patch.put(name, wanted);
            }
            return;
        }
        Optional<String> key = field.get().merging().patchMergeKey();
        if (key.isPresent()) {
            items(name, field.get(), key.get(), before, wanted, live, patch);
        } else {
            primitives(name, before, wanted, live, patch);
        }
    }

    private static void primitives(
            String name,
            List<?> before,
            List<?> wanted,
            List<?> live,
            Map<String, @Nullable Object> patch) {
        List<Object> added = new ArrayList<>(wanted);
        added.removeAll(live);
        List<Object> removed = new ArrayList<>(before);
        removed.removeAll(wanted);
        removed.retainAll(live);
        if (!added.isEmpty()) {
            patch.put(name, added);
        }
        if (!removed.isEmpty()) {
            patch.put("$deleteFromPrimitiveList/" + name, removed);
        }
    }

    private static void items(
            String name,
            Field field,
            String key,
            List<?> before,
            List<?> wanted,
            List<?> live,
            Map<String, @Nullable Object> patch) {
        List<Object> changes = new ArrayList<>();
        for (Object item : wanted) {
            Map<String, @Nullable Object> want = mapOf(item);
            Optional<Map<String, @Nullable Object>> now = byKey(live, key, want.get(key));
            Map<String, @Nullable Object> change =
                    now.isEmpty()
                            ? want
                            : objects(
                                    field.struct(),
                                    byKey(before, key, want.get(key)).orElse(Map.of()),
                                    want,
                                    now.get());
            if (!change.isEmpty()) {
                changes.add(keyed(key, want.get(key), change));
            }
        }
        for (Object item : before) {
            Object id = mapOf(item).get(key);
            if (byKey(wanted, key, id).isEmpty() && byKey(live, key, id).isPresent()) {
                changes.add(keyed(key, id, Map.of("$patch", "delete")));
            }
        }
        boolean reordered = !keys(wanted, key).equals(keys(live, wanted, key));
        if (!changes.isEmpty() || reordered) {
            patch.put(
                    "$setElementOrder/" + name,
                    keys(wanted, key).stream().map(id -> keyed(key, id, Map.of())).toList());
            if (!changes.isEmpty()) {
                patch.put(name, changes);
            }
        }
    }

    private static List<@Nullable Object> keys(List<?> items, String key) {
        List<@Nullable Object> keys = new ArrayList<>();
        items.forEach(item -> keys.add(mapOf(item).get(key)));
        return keys;
    }

    /** The keys of live items that are wanted; and of wanted ones that are not live, at the end. */
    private static List<@Nullable Object> keys(List<?> live, List<?> wanted, String key) {
        List<@Nullable Object> wantedKeys = keys(wanted, key);
        List<@Nullable Object> result = keys(live, key);
        result.retainAll(wantedKeys);
        wantedKeys.stream().filter(k -> !result.contains(k)).forEach(result::add);
        return result;
    }

    private static Map<String, @Nullable Object> keyed(
            String key, @Nullable Object id, Map<String, @Nullable Object> rest) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>(rest);
        map.put(key, id);
        return map;
    }

    private static Optional<Map<String, @Nullable Object>> byKey(
            List<?> items, String key, @Nullable Object id) {
        return items.stream()
                .map(ThreeWayPatch::mapOf)
                .filter(m -> same(m.get(key), id))
                .findFirst();
    }

    /** Equal as JSON: 1 and 1.0 are the same number. */
    private static boolean same(@Nullable Object a, @Nullable Object b) {
        return switch (a) {
            case Number x when b instanceof Number y ->
                    new BigDecimal(x.toString()).compareTo(new BigDecimal(y.toString())) == 0;
            case List<?> x when b instanceof List<?> y -> {
                boolean equal = x.size() == y.size();
                for (int i = 0; equal && i < x.size(); i++) {
                    equal = same(x.get(i), y.get(i));
                }
                yield equal;
            }
            case Map<?, ?> x when b instanceof Map<?, ?> y ->
                    x.keySet().equals(y.keySet())
                            && x.keySet().stream().allMatch(k -> same(x.get(k), y.get(k)));
            case null, default -> Objects.equals(a, b);
        };
    }

    private static List<?> listOf(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static Map<String, @Nullable Object> mapOf(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? strings(map) : Map.of();
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Map<String, @Nullable Object> strings(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }
}
