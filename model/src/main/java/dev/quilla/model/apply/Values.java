package dev.quilla.model.apply;

import dev.quilla.model.apply.Place.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be done with values whose parts have different owners. */
final class Values {

    private Values() {}

    /**
     * How one value became another.
     *
     * @param changed fields that are new or have another value
     * @param removed fields that are gone
     */
    record Difference(FieldSet changed, FieldSet removed) {

        static final Difference NONE = new Difference(FieldSet.EMPTY, FieldSet.EMPTY);

        boolean isEmpty() {
            return changed.isEmpty() && removed.isEmpty();
        }
    }

    /** What is named of a value that is applied: its leaves, and the items of its lists. */
    static FieldSet fields(Place place, Object value) {
        Map<String, Part> parts = place.atomic() ? Map.of() : place.parts(value);
        if (parts.isEmpty()) {
            return FieldSet.LEAF;
        }
        SortedMap<String, FieldSet> children = new TreeMap<>();
        parts.forEach((element, part) -> children.put(element, fields(place, part)));
        return new FieldSet(false, children);
    }

    private static FieldSet fields(Place list, Part part) {
        FieldSet fields = fields(part.place(), part.value());
        return list.hasItems() ? fields.union(FieldSet.LEAF) : fields;
    }

    /** All of a value that is new, as it is written: also what holds other fields. */
    static FieldSet written(Place place, @Nullable Object value) {
        if (place.atomic()) {
            return FieldSet.LEAF;
        }
        Map<String, Part> parts = place.written(value);
        SortedMap<String, FieldSet> children = new TreeMap<>();
        parts.forEach(
                (element, part) -> children.put(element, written(part.place(), part.value())));
        return new FieldSet(true, children);
    }

    /**
     * How values differ as they are written, with the zero values that are always there: what they
     * hold is then no part of the difference, but what is new is, with all it holds.
     */
    static Difference difference(Place place, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) {
            return Difference.NONE;
        }
        Map<String, Part> old = place.atomic() ? Map.of() : place.written(before);
        Map<String, Part> now = place.atomic() ? Map.of() : place.written(after);
        if (old.isEmpty() && now.isEmpty()) {
            return new Difference(FieldSet.LEAF, FieldSet.EMPTY);
        }
        SortedMap<String, FieldSet> changed = new TreeMap<>();
        SortedMap<String, FieldSet> removed = new TreeMap<>();
        old.forEach((element, part) -> {
            Part other = now.get(element);
            if (other == null) {
                removed.put(element, written(part.place(), part.value()));
            } else {
                Difference inner = difference(part.place(), part.value(), other.value());
                changed.put(element, inner.changed());
                removed.put(element, inner.removed());
            }
        });
        now.forEach((element, part) -> {
            if (!old.containsKey(element)) {
                changed.put(element, written(part.place(), part.value()));
            }
        });
        return new Difference(new FieldSet(false, changed), new FieldSet(false, removed));
    }

    /** What is applied, over what is there. */
    static Object merge(Place place, Object live, Object applied) {
        if (place.atomic()) {
            return applied;
        }
        Map<String, Part> there = place.parts(live);
        Map<String, Part> wanted = place.parts(applied);
        Map<String, Part> merged = new LinkedHashMap<>();
        for (String element : order(there, wanted)) {
            merged.put(element, merge(there.get(element), wanted.get(element)));
        }
        return place.assemble(merged);
    }

    private static Part merge(@Nullable Part live, @Nullable Part applied) {
        if (live == null || applied == null) {
            return live == null ? Objects.requireNonNull(applied) : live;
        }
        return new Part(applied.place(), merge(live.place(), live.value(), applied.value()));
    }

    /** The applied order, and what only the live value has before what it stood before. */
    private static List<String> order(Map<String, Part> live, Map<String, Part> applied) {
        List<String> order = new ArrayList<>();
        List<String> left = new ArrayList<>(live.keySet());
        for (String element : applied.keySet()) {
            while (!left.isEmpty() && !applied.containsKey(left.getFirst())) {
                order.add(left.removeFirst());
            }
            order.add(element);
            if (!left.isEmpty()) {
                left.remove(element);
            }
        }
        left.stream().filter(e -> !applied.containsKey(e)).forEach(order::add);
        return order;
    }

    /** Without what its manager applied before and applies no more, if nobody else owns it. */
    static Object prune(Place place, Object value, FieldSet past, FieldSet now, FieldSet others) {
        if (place.atomic() || past.children().isEmpty()) {
            return value;
        }
        Map<String, Part> rest = new LinkedHashMap<>();
        place.parts(value)
                .forEach((element, part) -> {
                    boolean given = past.has(element) && !now.has(element) && !others.has(element);
                    if (!given) {
                        Object kept =
                                prune(
                                        part.place(),
                                        part.value(),
                                        past.child(element),
                                        now.child(element),
                                        others.child(element));
                        rest.put(element, new Part(part.place(), kept));
                    }
                });
        return place.assemble(rest);
    }

    /** What is left of a value, and what of the whole is in a set of fields all the same. */
    static Object restored(Place place, Object whole, @Nullable Object left, FieldSet fields) {
        if (place.atomic()) {
            return whole;
        }
        Map<String, Part> there = place.parts(left);
        Map<String, Part> rest = new LinkedHashMap<>();
        place.parts(whole)
                .forEach((element, part) -> {
                    Part other = there.get(element);
                    if (other != null || fields.has(element)) {
                        Object kept =
                                restored(
                                        part.place(),
                                        part.value(),
                                        other == null ? null : other.value(),
                                        fields.child(element));
                        rest.put(element, new Part(part.place(), kept));
                    }
                });
        return place.assemble(rest);
    }

    /** A value after the change that made something like it into something else. */
    static Object rebased(Place place, Object value, @Nullable Object before, Object after) {
        if (after.equals(before)) {
            return value;
        }
        if (place.atomic()) {
            return after;
        }
        Map<String, Part> old = place.parts(before);
        Map<String, Part> now = place.parts(after);
        Map<String, Part> result = new LinkedHashMap<>(place.parts(value));
        result.keySet().removeIf(element -> old.containsKey(element) && !now.containsKey(element));
        now.forEach((element, part) -> {
            Part mine = result.get(element);
            Part other = old.get(element);
            if (mine != null) {
                Object changed =
                        rebased(
                                part.place(),
                                mine.value(),
                                other == null ? null : other.value(),
                                part.value());
                result.put(element, new Part(part.place(), changed));
            } else if (other == null) {
                result.put(element, part);
            }
        });
        return place.assemble(result);
    }
}
