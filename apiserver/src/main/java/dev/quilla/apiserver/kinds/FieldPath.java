package dev.quilla.apiserver.kinds;

import dev.quilla.model.Field;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import dev.quilla.model.codec.Zeros;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A path of {@link FieldRules}, taken apart once: rules look along hundreds of them at every write.
 * Immutable.
 *
 * @param name of a field; empty where the path leads to the struct itself
 * @param items whether it goes on to each item of the list that the field is
 */
record FieldPath(String name, boolean items, Optional<FieldPath> rest) {

    static FieldPath of(String path) {
        int dot = path.indexOf('.');
        String part = dot < 0 ? path : path.substring(0, dot);
        boolean items = part.endsWith("[]");
        return new FieldPath(
                items ? part.substring(0, part.length() - 2) : part,
                items,
                dot < 0 ? Optional.empty() : Optional.of(of(path.substring(dot + 1))));
    }

    /**
     * Goes to everything there.
     *
     * @param prefix where the struct stands, with a dot; empty for the whole object
     */
    void walk(Struct from, String prefix, FieldRules.Finder finder, List<FieldError> errors) {
        if (name.isEmpty()) {
            String at = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
            finder.find(from, at, errors);
            return;
        }
        Object value = from.find(name).orElse(null);
        value = value == null ? always(from) : value;
        if (value == null) {
            return;
        }
        if (!items) {
            step(value, prefix + name, finder, errors);
            return;
        }
        int i = 0;
        for (Object item : (List<?>) value) {
            step(item, prefix + name + "[" + i++ + "]", finder, errors);
        }
    }

    /** What is written for a field that is not set, where it is a number or a struct. */
    private @Nullable Object always(Struct from) {
        Field field = from.definition().lookup(name);
        if (field == null || !field.zero()) {
            return null;
        }
        return switch (field.type()) {
            case ValueType.StructType struct -> struct.definition().empty();
            case ValueType.Scalar.INT32, ValueType.Scalar.INT64 -> Zeros.of(field.type());
            default -> null;
        };
    }

    private void step(Object value, String at, FieldRules.Finder finder, List<FieldError> errors) {
        if (rest.isEmpty()) {
            finder.find(value, at, errors);
        } else if (value instanceof Struct struct) {
            rest.get().walk(struct, at + ".", finder, errors);
        }
    }
}
