package dev.quilla.model;

import java.util.Arrays;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object or part of one: the fields of a {@link Definition} that are set, and their values.
 * Immutable and compared by content; {@link #with} makes a new spine and shares the rest.
 *
 * <p>Values are {@link String}, {@link Integer}, {@link Long}, {@link Double}, {@link Boolean},
 * {@link Bytes}, {@link java.time.Instant}, {@link Quantity}, {@link IntOrString}, {@link RawJson},
 * {@link Struct}, and unmodifiable lists and maps of them. Only fields that are set take a slot,
 * but where there are more fields than can be marked in one number, each has its slot.
 */
public final class Struct {

    private final Definition definition;
    private final long present;
    private final @Nullable Object[] slots;

    private Struct(Definition definition, long present, @Nullable Object[] slots) {
        this.definition = definition;
        this.present = present;
        this.slots = slots;
    }

    /** The struct of a definition that has none of its fields. */
    public static Struct empty(Definition definition) {
        return definition.empty();
    }

    static Struct none(Definition definition, int fields) {
        return new Struct(definition, 0, new Object[fields > Definition.MARKED_MAX ? fields : 0]);
    }

    /** Whether each field has its slot. */
    private boolean wide() {
        return slots.length > Definition.MARKED_MAX;
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
        if (values.length > Definition.MARKED_MAX) {
            return new Struct(definition, present, values.clone());
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
        return find(field).isPresent();
    }

    private boolean has(int index) {
        return wide() ? slots[index] != null : (present & (1L << index)) != 0;
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

    /** A field's value, if there is such a field, or one kept beside the fields, and it is set. */
    public Optional<Object> find(String field) {
        Field found = definition.lookup(field);
        return found == null ? kept(field) : Optional.ofNullable(slot(found.index()));
    }

    private Optional<Object> kept(String field) {
        Field rest = definition.rest();
        return rest != null && slot(rest.index()) instanceof Map<?, ?> map
                ? Optional.ofNullable(map.get(field))
                : Optional.empty();
    }

    /** The value of the field with that index, or null where it is not set. */
    public @Nullable Object slot(int index) {
        if (wide()) {
            return slots[index];
        }
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

    /** The same struct with one field not set, if there is such a field. */
    public Struct without(String field) {
        Field found = definition.lookup(field);
        return found == null ? this : without(found);
    }

    /** Starts an edit of several fields. */
    public StructBuilder edit() {
        @Nullable Object[] values = new Object[definition.fields().size()];
        int slot = 0;
        for (int i = 0; i < values.length; i++) {
            if (wide()) {
                values[i] = slots[i];
            } else if (has(i)) {
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
