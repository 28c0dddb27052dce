package dev.quilla.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the fields of a struct to be. Not thread-safe. */
public final class StructBuilder {

    private final Definition definition;
    private final @Nullable Object[] values;

    StructBuilder(Definition definition, @Nullable Object[] values) {
        this.definition = definition;
        this.values = values;
    }

    /** Starts with no field set. */
    public StructBuilder(Definition definition) {
        this(definition, new Object[definition.fields().size()]);
    }

    /** The definition of the struct to be. */
    public Definition definition() {
        return definition;
    }

    /** Sets a field; the value must be of its type, and lists and maps must not change any more. */
    public StructBuilder set(Field field, Object value) {
        if (!fits(field.type(), value)) {
            throw new IllegalArgumentException(
                    definition + "." + field + " can't hold a " + value.getClass().getSimpleName());
        }
        values[field.index()] = value;
        return this;
    }

    /**
     * Sets the field with that index, as generated code does: a value that says no more than none
     * would unsets it, so that objects are equal that mean the same.
     */
    public StructBuilder set(int index, Object value) {
        Field field = definition.fields().get(index);
        return field.isIdle(value) ? clear(field) : set(field, value);
    }

    /**
     * Sets the field of that name, or keeps it beside the fields.
     *
     * @throws IllegalArgumentException if there is no such field, and unknown ones are not kept
     */
    public StructBuilder put(String name, Object value) {
        Field field = definition.lookup(name);
        Field rest = definition.rest();
        if (field != null || rest == null) {
            return set(definition.field(name), value);
        }
        Map<String, Object> kept = new LinkedHashMap<>();
        if (values[rest.index()] instanceof Map<?, ?> before) {
            before.forEach((key, old) -> kept.put((String) key, old));
        }
        kept.put(name, value);
        return set(rest, Collections.unmodifiableMap(kept));
    }

    /** Unsets a field. */
    public StructBuilder clear(Field field) {
        values[field.index()] = null;
        return this;
    }

    /** Unsets the field with that index. */
    public StructBuilder clear(int index) {
        values[index] = null;
        return this;
    }

    /** The value set so far, or null. */
    public @Nullable Object get(int index) {
        return values[index];
    }

    /** The struct; the builder can go on. */
    public Struct build() {
        return Struct.of(definition, values);
    }

    private static boolean fits(ValueType type, Object value) {
        return switch (type) {
            case ValueType.StructType s ->
                    value instanceof Struct struct && struct.definition() == s.definition();
            case ValueType.ListType ignored -> value instanceof List;
            case ValueType.MapType ignored -> value instanceof Map;
            case ValueType.Scalar scalar ->
                    switch (scalar) {
                        case STRING -> value instanceof String;
                        case INT32 -> value instanceof Integer;
                        case INT64 -> value instanceof Long;
                        case DOUBLE -> value instanceof Double;
                        case BOOL -> value instanceof Boolean;
                        case BYTES -> value instanceof Bytes;
                        case TIME, MICROTIME -> value instanceof java.time.Instant;
                        case QUANTITY -> value instanceof Quantity;
                        case INT_OR_STRING -> value instanceof IntOrString;
                        case RAW, ANY -> value instanceof RawJson;
                    };
        };
    }
}
