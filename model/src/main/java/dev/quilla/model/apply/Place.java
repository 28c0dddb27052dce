package dev.quilla.model.apply;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.ValueType;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.Zeros;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A place in the schema: takes values apart into what can be owned by different managers, and puts
 * them together again.
 *
 * @param merging how the field merges; {@link #WHOLE} for values of maps and items of lists
 */
record Place(ValueType type, Field.Merging merging) {

    private static final Field.Merging WHOLE = Field.Merging.NONE;

    /** A value below another, with its place. */
    record Part(Place place, Object value) {}

    static Place of(Definition definition) {
        return new Place(definition.type(), WHOLE);
    }

    /** Whether it has one owner as a whole. */
    boolean atomic() {
        return switch (type) {
            case ValueType.StructType s -> s.definition().atomic() || merging.atomicMap();
            case ValueType.MapType ignored -> merging.atomicMap();
            case ValueType.ListType ignored ->
                    !merging.listType().equals("map") && !merging.listType().equals("set");
            case ValueType.Scalar ignored -> true;
        };
    }

    /** Whether its parts are members of a set of fields even when all of their own parts are. */
    boolean hasItems() {
        return type instanceof ValueType.ListType;
    }

    /** The parts by their path elements, in order; a value that is not there has none. */
    Map<String, Part> parts(@Nullable Object value) {
        Map<String, Part> parts = new LinkedHashMap<>();
        switch (type) {
            case ValueType.StructType ignored when value instanceof Struct struct -> {
                for (Field field : struct.definition().fields()) {
                    Object inner = struct.slot(field.index());
                    if (inner == null) {
                        continue;
                    }
                    Place place = new Place(field.type(), field.merging());
                    if (field.isRest()) {
                        parts.putAll(place.parts(inner));
                    } else {
                        parts.put("f:" + field.name(), new Part(place, inner));
                    }
                }
            }
            case ValueType.MapType map when value instanceof Map<?, ?> entries ->
                    entries.forEach((key, inner) ->
                            parts.put("f:" + key, new Part(new Place(map.value(), WHOLE), inner)));
            case ValueType.ListType list when value instanceof List<?> items ->
                    items.forEach(item ->
                            parts.put(
                                    element(item),
                                    new Part(new Place(list.element(), WHOLE), item)));
            default -> {
                // Scalars have no parts.
            }
        }
        return parts;
    }

    /**
     * The parts as a server writes them: with the zero values of fields that are always written, so
     * that what holds other fields is there before they are.
     */
    Map<String, Part> written(@Nullable Object value) {
        Map<String, Part> parts = parts(value);
        if (type instanceof ValueType.StructType s) {
            for (Field field : s.definition().fields()) {
                // Lists that must be there are written even if they are not.
                boolean always =
                        field.zero()
                                || field.required() && field.type() instanceof ValueType.ListType;
                Object zero = always ? Zeros.of(field.type()) : null;
                if (zero != null) {
                    parts.putIfAbsent(
                            "f:" + field.name(),
                            new Part(new Place(field.type(), field.merging()), zero));
                }
            }
        }
        return parts;
    }

    /** The value of these parts. */
    Object assemble(Map<String, Part> parts) {
        return switch (type) {
            case ValueType.StructType s -> {
                StructBuilder builder = new StructBuilder(s.definition());
                parts.forEach((element, part) -> builder.put(element.substring(2), part.value()));
                yield builder.build();
            }
            case ValueType.MapType ignored -> {
                Map<String, Object> map = new LinkedHashMap<>();
                parts.forEach((element, part) -> map.put(element.substring(2), part.value()));
                yield Collections.unmodifiableMap(map);
            }
            case ValueType.ListType ignored -> {
                List<Object> list = new ArrayList<>();
                parts.values().forEach(part -> list.add(part.value()));
                yield Collections.unmodifiableList(list);
            }
            case ValueType.Scalar ignored ->
                    throw new IllegalStateException("a scalar has no parts");
        };
    }

    /** Whether nothing of an item says which of its list it is. */
    boolean isNameless(Object item) {
        return item instanceof Struct struct
                && merging.listType().equals("map")
                && merging.listMapKeys().stream().allMatch(name -> key(struct, name) == null);
    }

    /** Which of its list an item is, as a path element. */
    String element(Object item) {
        if (item instanceof Struct struct && merging.listType().equals("map")) {
            Map<String, Object> keys = new TreeMap<>();
            for (String key : merging.listMapKeys()) {
                Object value = key(struct, key);
                if (value != null) {
                    keys.put(key, value);
                }
            }
            return "k:" + utf8(JsonTree.write(keys));
        }
        return "v:" + utf8(JsonTree.write(plain(item)));
    }

    /** An item that leaves out a key has the key's default. */
    private static @Nullable Object key(Struct item, String name) {
        Field field = item.definition().field(name);
        Object value = item.slot(field.index());
        return value == null
                ? field.defaultJson()
                        .map(json -> JsonTree.parse(json.getBytes(StandardCharsets.UTF_8)))
                        .orElse(null)
                : plain(value);
    }

    private static Object plain(Object value) {
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }

    private static String utf8(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
