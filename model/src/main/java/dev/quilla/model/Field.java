package dev.quilla.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A field of a definition.
 *
 * @param name its JSON name
 * @param index its place among the fields of its definition
 * @param type what it holds
 * @param required whether an object without it is invalid
 * @param enumValues the only values allowed, where there are any; of a list's items for a list
 * @param zero whether it is written with its type's zero value when it is not set
 * @param nil whether it is written as null when it is not set
 * @param defaultJson the default that the schema itself names, as JSON
 * @param merging how patches and apply treat its list or map
 * @param wire how protobuf carries it; empty where it doesn't
 */
public record Field(
        String name,
        int index,
        ValueType type,
        boolean required,
        List<String> enumValues,
        boolean zero,
        boolean nil,
        Optional<String> defaultJson,
        Merging merging,
        Optional<Wire> wire) {

    public Field {
        enumValues = List.copyOf(enumValues);
    }

    /** The field of a definition that keeps what the definition doesn't know. */
    public static Field rest(int index) {
        return new Field(
                "",
                index,
                new ValueType.MapType(ValueType.Scalar.RAW),
                false,
                List.of(),
                false,
                false,
                Optional.empty(),
                Merging.NONE,
                Optional.empty());
    }

    /**
     * Whether a value says no more than none would: the zero value of a field that typed servers
     * leave out then, unless it is required. Values of kinds that users define all say something.
     * An empty list that is written as null is none, required or not.
     */
    public boolean isIdle(Object value) {
        if (nil && value instanceof List<?> list) {
            return list.isEmpty();
        }
        if (wire.isEmpty() || zero || required) {
            return false;
        }
        boolean counts = wire.get().pointer();
        return switch (value) {
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case String text -> text.isEmpty() && !counts;
            case Integer number -> number == 0 && !counts;
            case Long number -> number == 0 && !counts;
            case Double number -> number == 0 && !counts;
            case Boolean bool -> !bool && !counts;
            case Bytes bytes -> bytes.length() == 0;
            case Quantity amount -> amount.isZero() && !counts;
            case IntOrString number -> number.equals(IntOrString.of(0)) && !counts;
            default -> false;
        };
    }

    /** Whether it keeps what its definition doesn't know, written beside the other fields. */
    public boolean isRest() {
        return name.isEmpty();
    }

    /**
     * How patches and server-side apply treat a field.
     *
     * @param patchStrategies of strategic merge patch: {@code merge}, {@code replace}, {@code
     *     retainKeys}
     * @param patchMergeKey the field that identifies an item for strategic merge patch
     * @param listType of server-side apply: {@code atomic}, {@code set} or {@code map}
     * @param listMapKeys the fields that identify an item for server-side apply
     * @param atomicMap whether a map or struct is one value for server-side apply
     */
    public record Merging(
            List<String> patchStrategies,
            Optional<String> patchMergeKey,
            String listType,
            List<String> listMapKeys,
            boolean atomicMap) {

        /** Nothing special: lists are atomic, structs and maps are merged. */
        public static final Merging NONE =
                new Merging(List.of(""), Optional.empty(), "atomic", List.of(), false);

        public Merging {
            patchStrategies = List.copyOf(patchStrategies);
            listMapKeys = List.copyOf(listMapKeys);
        }
    }

    /**
     * How protobuf carries a field.
     *
     * @param numbers the field's number; more than one where it is in messages that JSON doesn't
     *     show, from the outermost to the field
     * @param pointer whether a zero value that is sent says something: for the other fields it is
     *     sent always, and means that the field is not set
     * @param wrapped whether a list is in a message of its own, as its field 1
     * @param form of raw JSON; {@link RawForm#BYTES} for everything else
     */
    public record Wire(List<Integer> numbers, boolean pointer, boolean wrapped, RawForm form) {
        public Wire {
            numbers = List.copyOf(numbers);
        }
    }

    /** How protobuf carries any JSON. */
    public enum RawForm {
        /** The JSON, as field 1 of a message. */
        BYTES,
        /** A message without fields: there is nothing but the empty object. */
        EMPTY,
        /** One schema, or a list of them. */
        SCHEMA_OR_LIST,
        /** A schema, or true or false. */
        SCHEMA_OR_BOOL,
        /** A schema, or a list of names. */
        SCHEMA_OR_NAMES
    }

    /** The definition of a struct, of a list's or of a map's structs. */
    public Optional<Definition> struct() {
        return struct(type);
    }

    private static Optional<Definition> struct(ValueType type) {
        return switch (type) {
            case ValueType.StructType s -> Optional.of(s.definition());
            case ValueType.ListType list -> struct(list.element());
            case ValueType.MapType map -> struct(map.value());
            case ValueType.Scalar ignored -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
