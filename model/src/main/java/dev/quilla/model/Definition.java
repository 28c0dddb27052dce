package dev.quilla.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A type of the API: a kind, or a part of one. Immutable once its schema is complete. */
public final class Definition {

    /** A struct marks the fields that are set in one {@code long}. */
    public static final int FIELDS_MAX = 64;

    private final String name;
    private final List<GroupVersionKind> kinds;
    private final boolean atomic;
    private List<Field> fields = List.of();
    private Map<String, Field> byName = Map.of();
    private @Nullable Struct empty;
    private @Nullable MessageLayout layout;

    Definition(String name, List<GroupVersionKind> kinds, boolean atomic) {
        this.name = name;
        this.kinds = List.copyOf(kinds);
        this.atomic = atomic;
    }

    /** Sets the fields; called once, since definitions refer to each other in circles. */
    void complete(List<Field> all) {
        if (all.size() > FIELDS_MAX) {
            throw new IllegalArgumentException(name + " has more than " + FIELDS_MAX + " fields");
        }
        fields = List.copyOf(all);
        Map<String, Field> map = HashMap.newHashMap(all.size());
        all.forEach(f -> map.put(f.name(), f));
        byName = map;
        empty = Struct.none(this);
        layout = MessageLayout.of(fields).orElse(null);
    }

    /** Its short name, such as {@code core.v1.Pod}. */
    public String name() {
        return name;
    }

    /** What a field of this type holds. */
    public ValueType type() {
        return new ValueType.StructType(this);
    }

    /** The kinds that it is the type of; empty for a part. */
    public List<GroupVersionKind> kinds() {
        return kinds;
    }

    /** Whether server-side apply treats it as one value. */
    public boolean atomic() {
        return atomic;
    }

    /** Its fields, by index. */
    public List<Field> fields() {
        return fields;
    }

    /**
     * The field of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Field field(String fieldName) {
        Field field = byName.get(fieldName);
        if (field == null) {
            throw new IllegalArgumentException(name + " has no field " + fieldName);
        }
        return field;
    }

    /** The field of that name, if there is one. */
    public Optional<Field> find(String fieldName) {
        return Optional.ofNullable(byName.get(fieldName));
    }

    /** The field of that name, or null: for codecs, which ask for every name they read. */
    public @Nullable Field lookup(String fieldName) {
        return byName.get(fieldName);
    }

    /** Which fields a protobuf message of this type has; empty where there is no such message. */
    public Optional<MessageLayout> layout() {
        return Optional.ofNullable(layout);
    }

    /** The struct that has none of the fields. */
    public Struct empty() {
        Struct struct = empty;
        if (struct == null) {
            throw new IllegalStateException(name + " is not complete");
        }
        return struct;
    }

    @Override
    public String toString() {
        return name;
    }
}
