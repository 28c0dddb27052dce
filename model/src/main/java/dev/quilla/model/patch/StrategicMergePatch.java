package dev.quilla.model.patch;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
        if (patch.containsKey(RETAIN_KEYS)) {
            result.keySet().retainAll(kept(patch));
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

    /** The fields that are kept, which must be all that the patch sets. */
    private static Set<?> kept(Map<String, @Nullable Object> patch) {
        boolean right =
                patch.get(RETAIN_KEYS) instanceof List<?> keep
                        && patch.keySet().stream()
                                .filter(key -> !key.startsWith("$"))
                                .allMatch(keep::contains);
        if (!right) {
            throw new PatchException("invalid patch format of retainKeys");
        }
        return new HashSet<>((List<?>) patch.get(RETAIN_KEYS));
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
                ids(key, order.isEmpty() ? changes : order),
                ids(key, before));
    }

    private static List<Object> mergePrimitives(List<?> before, List<?> changes, List<?> order) {
        Set<Object> result = new LinkedHashSet<>(before);
        result.addAll(changes);
        return ordered(new ArrayList<>(result), r -> r, order.isEmpty() ? changes : order, before);
    }

    /**
     * Items that the order names, or that the patch does where there is none, stand in that order.
     * The others keep theirs, each before the first of those that it stood before: what is new to
     * the list comes first.
     *
     * @param before what told the items apart that were there, in their order
     */
    private static List<Object> ordered(
            List<Object> items,
            Function<Object, @Nullable Object> id,
            List<? extends @Nullable Object> order,
            List<? extends @Nullable Object> before) {
        Map<@Nullable Object, Integer> wanted = places(order);
        Map<@Nullable Object, Integer> was = places(before);
        List<Object> named = new ArrayList<>();
        List<Object> others = new ArrayList<>();
        items.forEach(i -> (wanted.containsKey(id.apply(i)) ? named : others).add(i));
        named.sort(Comparator.comparing(i -> wanted.getOrDefault(id.apply(i), 0)));
        List<Object> result = new ArrayList<>();
        int next = 0;
        for (Object item : named) {
            int place = was.getOrDefault(id.apply(item), -1);
            while (next < others.size()
                    && was.getOrDefault(id.apply(others.get(next)), items.size()) < place) {
                result.add(others.get(next++));
            }
            result.add(item);
        }
        result.addAll(others.subList(next, others.size()));
        return result;
    }

    private static Map<@Nullable Object, Integer> places(List<? extends @Nullable Object> ids) {
        Map<@Nullable Object, Integer> places = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            places.putIfAbsent(ids.get(i), i);
        }
        return places;
    }

    /** What tells items apart by a field; an item of another form is told by itself. */
    private static List<@Nullable Object> ids(String key, List<?> items) {
        List<@Nullable Object> ids = new ArrayList<>();
        items.forEach(i -> ids.add(i instanceof Map<?, ?> m ? m.get(key) : i));
        return ids;
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
                            key.<List<? extends @Nullable Object>>map(k -> ids(k, order))
                                    .orElse(order),
                            key.<List<? extends @Nullable Object>>map(k -> ids(k, list))
                                    .orElse(list)));
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
