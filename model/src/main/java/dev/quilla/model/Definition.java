package dev.quilla.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A type of the API: a kind, or a part of one. Immutable once its schema is complete; that of a
 * custom kind is read when it is first needed. Thread-safe.
 */
public final class Definition {

    /** A struct marks the fields that are set in one {@code long}, unless it has more. */
    static final int MARKED_MAX = Long.SIZE;

    private final String name;
    private final List<GroupVersionKind> kinds;
    private final boolean atomic;
    private final @Nullable Supplier<List<Field>> later;
    private volatile @Nullable Content content;

    /** What is there once the fields are known. */
    private record Content(
            List<Field> fields,
            Map<String, Field> byName,
            @Nullable Field rest,
            Struct empty,
            @Nullable MessageLayout layout) {}

    Definition(String name, List<GroupVersionKind> kinds, boolean atomic) {
        this(name, kinds, atomic, null);
    }

    private Definition(
            String name,
            List<GroupVersionKind> kinds,
            boolean atomic,
            @Nullable Supplier<List<Field>> later) {
        this.name = name;
        this.kinds = List.copyOf(kinds);
        this.atomic = atomic;
        this.later = later;
    }

    /**
     * A definition that the cluster's users made.
     *
     * @param kinds the kinds that it is the type of; empty for a part
     * @param atomic whether server-side apply treats it as one value
     * @param fields told when they are first needed; the last one is {@link Field#rest} where
     *     unknown fields are kept
     */
    public static Definition custom(
            String name,
            List<GroupVersionKind> kinds,
            boolean atomic,
            Supplier<List<Field>> fields) {
        return new Definition(name, kinds, atomic, fields);
    }

    /** Sets the fields; called once, since definitions refer to each other in circles. */
    void complete(List<Field> all) {
        content = content(all);
    }

    private Content content(List<Field> all) {
        Map<String, Field> map = HashMap.newHashMap(all.size());
        Field rest = null;
        for (Field field : all) {
            if (field.isRest()) {
                rest = field;
            } else {
                map.put(field.name(), field);
            }
        }
        MessageLayout layout = custom() ? null : MessageLayout.of(all).orElse(null);
        return new Content(List.copyOf(all), map, rest, Struct.none(this, all.size()), layout);
    }

    private Content content() {
        Content known = content;
        return known != null ? known : read();
    }

    private synchronized Content read() {
        Content known = content;
        if (known == null) {
            if (later == null) {
                throw new IllegalStateException(name + " is not complete");
            }
            known = content(later.get());
            content = known;
        }
        return known;
    }

    /** Its short name, such as {@code core.v1.Pod}. */
    public String name() {
        return name;
    }

    /** Whether users of the cluster made it: its schema says all there is to say of its objects. */
    public boolean custom() {
        return later != null;
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
        return content().fields();
    }

    /** Where fields are kept that it doesn't know; null where they are dropped. */
    public @Nullable Field rest() {
        return content().rest();
    }

    /**
     * The field of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Field field(String fieldName) {
        Field field = lookup(fieldName);
        if (field == null) {
            throw new IllegalArgumentException(name + " has no field " + fieldName);
        }
        return field;
    }

    /** The field of that name, if there is one. */
    public Optional<Field> find(String fieldName) {
        return Optional.ofNullable(lookup(fieldName));
    }

    /** The field of that name, or null: for codecs, which ask for every name they read. */
    public @Nullable Field lookup(String fieldName) {
        return content().byName().get(fieldName);
    }

    /** Which fields a protobuf message of this type has; empty where there is no such message. */
    public Optional<MessageLayout> layout() {
        return Optional.ofNullable(content().layout());
    }

    /** The struct that has none of the fields. */
    public Struct empty() {
        return content().empty();
    }

    @Override
    public String toString() {
        return name;
    }
}
