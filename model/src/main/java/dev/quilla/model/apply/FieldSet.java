package dev.quilla.model.apply;

import dev.quilla.model.RawJson;
import dev.quilla.model.codec.JsonTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of fields, as the tree that {@code fieldsV1} writes: {@code f:} names a field, {@code k:} a
 * list's item by its keys, {@code v:} one by its value. Immutable.
 *
 * @param member whether the field at this place itself is in the set
 * @param children what is below it, by path element; none of them is empty
 */
record FieldSet(boolean member, SortedMap<String, FieldSet> children) {

    private static final SortedMap<String, FieldSet> NONE = Collections.emptySortedMap();

    static final FieldSet EMPTY = new FieldSet(false, NONE);
    static final FieldSet LEAF = new FieldSet(true, NONE);

    private static final String SELF = ".";

    FieldSet {
        children = children.isEmpty() ? NONE : kept(children);
    }

    private static SortedMap<String, FieldSet> kept(SortedMap<String, FieldSet> children) {
        SortedMap<String, FieldSet> kept = new TreeMap<>(children);
        kept.values().removeIf(FieldSet::isEmpty);
        return Collections.unmodifiableSortedMap(kept);
    }

    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    FieldSet child(String element) {
        return children.getOrDefault(element, EMPTY);
    }

    boolean has(String element) {
        return children.containsKey(element);
    }

    FieldSet without(Set<String> elements) {
        SortedMap<String, FieldSet> rest = new TreeMap<>(children);
        return rest.keySet().removeAll(elements) ? new FieldSet(member, rest) : this;
    }

    FieldSet with(String element, FieldSet child) {
        SortedMap<String, FieldSet> all = new TreeMap<>(children);
        all.put(element, child);
        return new FieldSet(member, all);
    }

    FieldSet union(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        SortedMap<String, FieldSet> all = new TreeMap<>(children);
        other.children.forEach((element, child) -> all.merge(element, child, FieldSet::union));
        return new FieldSet(member || other.member, all);
    }

    FieldSet intersection(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return EMPTY;
        }
        SortedMap<String, FieldSet> both = new TreeMap<>();
        children.forEach(
                (element, child) -> both.put(element, child.intersection(other.child(element))));
        return new FieldSet(member && other.member, both);
    }

    FieldSet difference(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        SortedMap<String, FieldSet> rest = new TreeMap<>();
        children.forEach(
                (element, child) -> rest.put(element, child.difference(other.child(element))));
        return new FieldSet(member && !other.member, rest);
    }

    /** The fields in words, such as {@code .spec.containers[name="app"].image}. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String at, List<String> paths) {
        if (member) {
            paths.add(at);
        }
        children.forEach((element, child) -> child.collect(at + shown(element), paths));
    }

    /** A path element in words. */
    static String shown(String element) {
        String name = element.substring(2);
        return switch (element.charAt(0)) {
            case 'f' -> "." + name;
            case 'v' -> "[=" + name + "]";
            default -> {
                List<String> keys = new ArrayList<>();
                if (JsonTree.parse(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        instanceof Map<?, ?> map) {
                    map.forEach((key, value) ->
                            keys.add(
                                    key
                                            + "="
                                            + (value instanceof String
                                                    ? "\"" + value + "\""
                                                    : value)));
                }
                yield "[" + String.join(",", keys) + "]";
            }
        };
    }

    RawJson toJson() {
        return JsonTree.raw(tree());
    }

    private Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (member && !children.isEmpty()) {
            tree.put(SELF, Map.of());
        }
        children.forEach((element, child) -> tree.put(element, child.tree()));
        return tree;
    }

    /**
     * Reads what {@link #toJson} writes.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static FieldSet of(RawJson json) {
        FieldSet set = of(JsonTree.valueOf(json));
        return set.equals(LEAF) ? EMPTY : set;
    }

    private static FieldSet of(@Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("fieldsV1 is made of objects");
        }
        SortedMap<String, FieldSet> children = new TreeMap<>();
        map.forEach((key, value) -> {
            String element = String.valueOf(key);
            if (!element.equals(SELF)) {
                children.put(checked(element), of(value));
            }
        });
        return new FieldSet(map.isEmpty() || map.containsKey(SELF), children);
    }

    private static String checked(String element) {
        if (element.length() > 1
                && element.charAt(1) == ':'
                && "fkv".indexOf(element.charAt(0)) >= 0) {
            return element;
        }
        throw new IllegalArgumentException("no path element of fieldsV1: " + element);
    }
}
