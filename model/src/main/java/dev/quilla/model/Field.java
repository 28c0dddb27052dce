package dev.quilla.model;

import java.util.List;
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
 * @param defaultJson the default that the schema itself names, as JSON
 * @param merging how patches and apply treat its list or map
 */
public record Field(
        String name,
        int index,
        ValueType type,
        boolean required,
        List<String> enumValues,
        boolean zero,
        Optional<String> defaultJson,
        Merging merging) {

    public Field {
        enumValues = List.copyOf(enumValues);
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

        public Merging {
            patchStrategies = List.copyOf(patchStrategies);
            listMapKeys = List.copyOf(listMapKeys);
        }
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
