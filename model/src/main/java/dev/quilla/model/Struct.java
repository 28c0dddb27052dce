package dev.quilla.model;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object or part of one: the fields of a {@link Definition} that are set, and their values.
 * Immutable and compared by content; {@link #with} makes a new spine and shares the rest.
 *
 * <p>Values are {@link String}, {@link Integer}, {@link Long}, {@link Double}, {@link Boolean},
 * {@link Bytes}, {@link java.time.Instant}, {@link Quantity}, {@link IntOrString}, {@link RawJson},
 * {@link Struct}, and unmodifiable lists and maps of them. Only fields that are set take a slot.
 */
public final class Struct {

    private final Definition definition;
    private final long present;
    private final Object[] slots;

    private Struct(Definition definition, long present, Object[] slots) {
        this.definition = definition;
        this.present = present;
        this.slots = slots;
    }

    /** The struct of a definition that has none of its fields. */
    public static Struct empty(Definition definition) {
        return definition.empty();
    }

    static Struct none(Definition definition) {
        return new Struct(definition, 0, new Object[0]);
    }

    /** Takes what a builder holds: one element a field, null where it is not set. */
    static Struct of(Definition definition, @Nullable Object[] values) {
        long present = 0;
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                present |= 1L << i;
                count++;
            }
        }
        if (count == 0) {
            return definition.empty();
        }
        Object[] slots = new Object[count];
        int slot = 0;
        for (Object value : values) {
            if (value != null) {
                slots[slot++] = value;
            }
        }
        return new Struct(definition, present, slots);
    }

    /** What kind of struct it is. */
    public Definition definition() {
        return definition;
    }

    /** Whether no field is set. */
    public boolean isEmpty() {
        return present == 0;
    }

    /** Whether a field is set. */
    public boolean has(Field field) {
        return has(field.index());
    }

    /** Whether the field of that name is set; false where there is no such field. */
    public boolean has(String field) {
        Field found = definition.lookup(field);
        return found != null && has(found.index());
    }

    private boolean has(int index) {
        return (present & (1L << index)) != 0;
    }

    /**
     * A field's value.
     *
     * @throws NoSuchElementException if it is not set
     */
    public Object get(Field field) {
        Object value = slot(field.index());
        if (value == null) {
            throw new NoSuchElementException(definition + "." + field + " is not set");
        }
        return value;
    }

    /** A field's value, if there is such a field and it is set. */
    public Optional<Object> find(String field) {
        Field found = definition.lookup(field);
        return found == null ? Optional.empty() : Optional.ofNullable(slot(found.index()));
    }

    /** The value of the field with that index, or null where it is not set. */
    public @Nullable Object slot(int index) {
        long bit = 1L << index;
        return (present & bit) == 0 ? null : slots[Long.bitCount(present & (bit - 1))];
    }

    /** Follows fields from struct to struct; empty where one of them is not set. */
    public Optional<Object> at(String... path) {
        Object value = this;
        for (String name : path) {
            if (!(value instanceof Struct struct)) {
                return Optional.empty();
            }
            Optional<Object> next = struct.find(name);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            value = next.get();
        }
        return Optional.of(value);
    }

    /** Follows fields to a string; empty text where there is none. */
    public String text(String... path) {
        return at(path).map(Object::toString).orElse("");
    }

    /** The same struct with one field set. */
    public Struct with(Field field, Object value) {
        return edit().set(field, value).build();
    }

    /** The same struct with one field set. */
    public Struct with(String field, Object value) {
        return with(definition.field(field), value);
    }

    /** The same struct with a field set deep inside; structs on the way are made where absent. */
    public Struct withAt(Object value, String... path) {
        Field field = definition.field(path[0]);
        if (path.length == 1) {
            return with(field, value);
        }
        Object inner = slot(field.index());
        Struct child =
                inner instanceof Struct struct ? struct : field.struct().orElseThrow().empty();
        return with(field, child.withAt(value, Arrays.copyOfRange(path, 1, path.length)));
    }

    /** The same struct with one field not set. */
    public Struct without(Field field) {
        return has(field) ? edit().clear(field).build() : this;
    }

    /** The same struct with one field not set. */
    public Struct without(String field) {
        return without(definition.field(field));
    }

    /** Starts an edit of several fields. */
    public StructBuilder edit() {
        @Nullable Object[] values = new Object[definition.fields().size()];
        int slot = 0;
        for (int i = 0; i < values.length; i++) {
            if (has(i)) {
                values[i] = slots[slot++];
            }
        }
        return new StructBuilder(definition, values);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Struct struct
                        && definition == struct.definition
                        && present == struct.present
                        && Arrays.equals(slots, struct.slots));
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(present) + Arrays.hashCode(slots);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(definition.name()).append('{');
        for (Field field : definition.fields()) {
            Object value = slot(field.index());
            if (value != null) {
                text.append(field.name()).append('=').append(value).append(' ');
            }
        }
        return text.append('}').toString();
    }
}
