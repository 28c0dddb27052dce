package dev.quilla.model.patch;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch: like JSON merge patch, but lists whose field names a merge key are merged
 * item by item. Understands {@code $patch}, {@code $deleteFromPrimitiveList/…}, {@code
 * $setElementOrder/…} and {@code $retainKeys}.
 */
public final class StrategicMergePatch {

    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    private StrategicMergePatch() {}

    /**
     * The target with the patch applied; neither is changed.
     *
     * @throws PatchException if a directive is malformed
     */
    public static Map<String, @Nullable Object> apply(
            Definition definition,
            Map<String, @Nullable Object> target,
            Map<String, @Nullable Object> patch) {
        return merge(Optional.of(definition), target, patch);
    }

    private static Map<String, @Nullable Object> merge(
            Optional<Definition> definition,
            Map<String, @Nullable Object> target,
            Map<String, @Nullable Object> patch) {
        Object directive = patch.get(DIRECTIVE);
        if ("replace".equals(directive)) {
            return stripped(patch);
        }
        if ("delete".equals(directive)) {
            return new LinkedHashMap<>();
        }
        if (directive != null && !"merge".equals(directive)) {
            throw new PatchException("unrecognized patch directive: " + directive);
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>(target);
        if (patch.get(RETAIN_KEYS) instanceof List<?> keep) {
            result.keySet().retainAll(new HashSet<>(keep));
        }
        deleteFromPrimitiveLists(patch, result);
        patch.forEach((key, change) -> {
            if (key.startsWith("$")) {
                return;
            }
            if (change == null) {
                result.remove(key);
            } else {
                Optional<Field> field = definition.flatMap(d -> d.find(key));
                result.put(key, value(field, result.get(key), change, order(patch, key)));
            }
        });
        reorderUntouched(definition, patch, result);
        return result;
    }

    private static Object value(
            Optional<Field> field, @Nullable Object before, Object change, List<?> order) {
        if (change instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> old =
                    before instanceof Map<?, ?> m ? strings(m) : new LinkedHashMap<>();
            boolean free =
                    field.map(f -> f.type() instanceof dev.quilla.model.ValueType.MapType)
                            .orElse(false);
            return merge(free ? Optional.empty() : field.flatMap(Field::struct), old, strings(map));
        }
        if (change instanceof List<?> list) {
            boolean merges =
                    field.map(f -> f.merging().patchStrategies().contains("merge")).orElse(false);
            if (!merges) {
                return list;
            }
            List<?> old = before instanceof List<?> l ? l : List.of();
            Optional<String> key = field.flatMap(f -> f.merging().patchMergeKey());
            return key.isPresent()
                    ? mergeItems(field.flatMap(Field::struct), key.get(), old, list, order)
                    : mergePrimitives(old, list, order);
        }
        return change;
    }

    private static List<Object> mergeItems(
            Optional<Definition> item, String key, List<?> before, List<?> changes, List<?> order) {
        boolean replace =
                changes.stream()
                        .anyMatch(c ->
                                c instanceof Map<?, ?> m && "replace".equals(m.get(DIRECTIVE)));
        KeyedItems result = new KeyedItems(key);
        if (!replace) {
            before.forEach(b -> result.add(strings((Map<?, ?>) b)));
        }
        for (Object change : changes) {
            if (!(change instanceof Map<?, ?> map)) {
                throw new PatchException("an item of a merged list must be an object");
            }
            Map<String, @Nullable Object> patch = strings(map);
            if ("replace".equals(patch.get(DIRECTIVE))) {
                if (patch.size() > 1) {
                    result.add(stripped(patch));
                }
                continue;
            }
            Object id = patch.get(key);
            if (id == null) {
                throw new PatchException(
                        "map: " + patch.keySet() + " does not contain declared merge key: " + key);
            }
            if ("delete".equals(patch.get(DIRECTIVE))) {
                result.remove(id);
            } else {
                result.merge(id, old -> merge(item, old, patch));
            }
        }
        return ordered(
                result.left(),
                r -> strings((Map<?, ?>) r).get(key),
                order.stream().map(o -> o instanceof Map<?, ?> m ? m.get(key) : o).toList());
    }

    private static List<Object> mergePrimitives(List<?> before, List<?> changes, List<?> order) {
        Set<Object> result = new LinkedHashSet<>(before);
        result.addAll(changes);
        return ordered(new ArrayList<>(result), r -> r, order);
    }

    /** Items that the order names stand in that order; the others keep their place before them. */
    private static List<Object> ordered(
            List<Object> items,
            java.util.function.Function<Object, @Nullable Object> id,
            List<?> order) {
        if (order.isEmpty()) {
            return items;
        }
        Map<@Nullable Object, List<Object>> byId = new HashMap<>();
        items.forEach(i -> byId.computeIfAbsent(id.apply(i), n -> new ArrayList<>()).add(i));
        List<Object> named = new ArrayList<>();
        Set<@Nullable Object> taken = new HashSet<>();
        for (Object wanted : order) {
            if (taken.add(wanted)) {
                named.addAll(byId.getOrDefault(wanted, List.of()));
            }
        }
        // What the patch's author did not know of stays in front, as it was before.
        List<Object> result = new ArrayList<>();
        items.stream().filter(i -> !taken.contains(id.apply(i))).forEach(result::add);
        result.addAll(named);
        return result;
    }

    private static void reorderUntouched(
            Optional<Definition> definition,
            Map<String, @Nullable Object> patch,
            Map<String, @Nullable Object> result) {
        for (String directive : patch.keySet()) {
            if (!directive.startsWith(ORDER)) {
                continue;
            }
            String name = directive.substring(ORDER.length());
            if (patch.containsKey(name) || !(result.get(name) instanceof List<?> list)) {
                continue;
            }
            Optional<String> key =
                    definition.flatMap(d -> d.find(name)).flatMap(f -> f.merging().patchMergeKey());
            List<?> order = order(patch, name);
            result.put(
                    name,
                    ordered(
                            new ArrayList<>(list),
                            i -> key.isPresent() && i instanceof Map<?, ?> m ? m.get(key.get()) : i,
                            order.stream()
                                    .map(o ->
                                            key.isPresent() && o instanceof Map<?, ?> m
                                                    ? m.get(key.get())
                                                    : o)
                                    .toList()));
        }
    }

    private static void deleteFromPrimitiveLists(
            Map<String, @Nullable Object> patch, Map<String, @Nullable Object> result) {
        patch.forEach((directive, values) -> {
            if (directive.startsWith(DELETE_FROM) && values instanceof List<?> gone) {
                String name = directive.substring(DELETE_FROM.length());
                if (result.get(name) instanceof Collection<?> before) {
                    List<@Nullable Object> rest = new ArrayList<>(before);
                    rest.removeAll(new HashSet<>(gone));
                    result.put(name, rest);
                }
            }
        });
    }

    private static List<?> order(Map<String, @Nullable Object> patch, String field) {
        return patch.get(ORDER + field) instanceof List<?> list ? list : List.of();
    }

    /** Items of a list in their order, found by the field that tells them apart. */
    private static final class KeyedItems {

        private final String key;
        private final List<Map<String, @Nullable Object>> items = new ArrayList<>();

        /** Several may have the same: ports do that differ in their protocols alone. */
        private final Map<@Nullable Object, List<Integer>> places = new HashMap<>();

        private final Set<Integer> gone = new HashSet<>();

        KeyedItems(String key) {
            this.key = key;
        }

        void add(Map<String, @Nullable Object> item) {
            places.computeIfAbsent(item.get(key), n -> new ArrayList<>()).add(items.size());
            items.add(item);
        }

        void remove(Object id) {
            List<Integer> all = places.remove(id);
            if (all != null) {
                gone.addAll(all);
            }
        }

        /** Changes the first with that id; one that is not there is made. */
        void merge(Object id, UnaryOperator<Map<String, @Nullable Object>> change) {
            List<Integer> all = places.get(id);
            if (all == null) {
                add(change.apply(new LinkedHashMap<>()));
            } else {
                items.set(all.getFirst(), change.apply(items.get(all.getFirst())));
            }
        }

        List<Object> left() {
            List<Object> left = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                if (!gone.contains(i)) {
                    left.add(items.get(i));
                }
            }
            return left;
        }
    }

    /** A value without directives and nulls: what is added has nothing to delete. */
    private static Map<String, @Nullable Object> stripped(Map<String, @Nullable Object> map) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>(map);
        result.remove(DIRECTIVE);
        result.values().removeIf(Objects::isNull);
        return result;
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Map<String, @Nullable Object> strings(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }
}
