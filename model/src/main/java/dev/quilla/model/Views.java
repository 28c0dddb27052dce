package dev.quilla.model;

import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What generated views and builders are made of. Programs have no use for it. */
public final class Views {

    private Views() {}

    public static String string(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? "" : (String) value;
    }

    public static int int32(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? 0 : (Integer) value;
    }

    public static long int64(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? 0L : (Long) value;
    }

    public static double float64(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? 0.0 : (Double) value;
    }

    public static boolean bool(Struct struct, int index) {
        Object value = struct.slot(index);
        return value != null && (Boolean) value;
    }

    public static Bytes bytes(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? Bytes.EMPTY : (Bytes) value;
    }

    public static Optional<Instant> time(Struct struct, int index) {
        return Optional.ofNullable((Instant) struct.slot(index));
    }

    public static Optional<Quantity> quantity(Struct struct, int index) {
        return Optional.ofNullable((Quantity) struct.slot(index));
    }

    public static Optional<IntOrString> intOrString(Struct struct, int index) {
        return Optional.ofNullable((IntOrString) struct.slot(index));
    }

    public static Optional<RawJson> raw(Struct struct, int index) {
        return Optional.ofNullable((RawJson) struct.slot(index));
    }

    /** The struct in a field, or the empty one of its definition. */
    public static Struct struct(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null
                ? struct.definition().fields().get(index).struct().orElseThrow().empty()
                : (Struct) value;
    }

    /** The struct set so far in a builder's field, or the empty one of its definition. */
    public static Struct struct(StructBuilder builder, int index) {
        Object value = builder.get(index);
        return value == null
                ? builder.definition().fields().get(index).struct().orElseThrow().empty()
                : (Struct) value;
    }

    @SuppressWarnings("unchecked") // the schema says what the elements are
    public static <T> List<T> list(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? List.of() : (List<T>) value;
    }

    @SuppressWarnings("unchecked") // the schema says what the values are
    public static <T> Map<String, T> map(Struct struct, int index) {
        Object value = struct.slot(index);
        return value == null ? Map.of() : (Map<String, T>) value;
    }

    /** The structs of a list, each seen through a view made when it is asked for. */
    public static <T> List<T> views(Struct struct, int index, Function<Struct, T> view) {
        List<Struct> structs = list(struct, index);
        if (structs.isEmpty()) {
            return List.of();
        }
        return new ViewList<>(structs, view);
    }

    /** The structs of a map, seen through views. */
    public static <T> Map<String, T> viewMap(Struct struct, int index, Function<Struct, T> view) {
        Map<String, Struct> structs = map(struct, index);
        Map<String, T> result = new LinkedHashMap<>();
        structs.forEach((key, value) -> result.put(key, view.apply(value)));
        return java.util.Collections.unmodifiableMap(result);
    }

    /** What the views of a list look at. */
    public static List<Struct> structs(List<? extends View> views) {
        List<Struct> structs = new ArrayList<>(views.size());
        views.forEach(v -> structs.add(v.struct()));
        return java.util.Collections.unmodifiableList(structs);
    }

    /** What the views of a map look at. */
    public static Map<String, Struct> structs(Map<String, ? extends View> views) {
        Map<String, Struct> structs = new LinkedHashMap<>();
        views.forEach((key, view) -> structs.put(key, view.struct()));
        return java.util.Collections.unmodifiableMap(structs);
    }

    /** A copy of a list, for a builder. */
    public static <T> List<T> copy(List<T> list) {
        return List.copyOf(list);
    }

    /** A copy of a map in its order, for a builder. */
    public static <T> Map<String, T> copy(Map<String, T> map) {
        return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** Never null: for the null-free generated code. */
    public static <T> T required(@Nullable T value) {
        return java.util.Objects.requireNonNull(value);
    }

    private static final class ViewList<T> extends AbstractList<T> {
        private final List<Struct> structs;
        private final Function<Struct, T> view;

        ViewList(List<Struct> structs, Function<Struct, T> view) {
            this.structs = structs;
            this.view = view;
        }

        @Override
        public T get(int index) {
            return view.apply(structs.get(index));
        }

        @Override
        public int size() {
            return structs.size();
        }
    }
}
