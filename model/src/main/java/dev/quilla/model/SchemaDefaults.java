package dev.quilla.model;

import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The defaults that the schema of a custom kind names, filled in wherever they are missing. */
@SuppressWarnings("ReferenceEquality") // what is the same object lacked nothing
public final class SchemaDefaults {

    private SchemaDefaults() {}

    /** An object with its defaults; the same where it lacks none. Idempotent. */
    public static Struct fill(Struct object) {
        Definition definition = object.definition();
        if (!definition.custom()) {
            return object;
        }
        StructBuilder filled = object.edit();
        boolean changed = false;
        for (Field field : definition.fields()) {
            Object before = object.slot(field.index());
            Object after = before == null ? byDefault(definition, field) : value(before);
            if (after != null && after != before) {
                filled.set(field, after);
                changed = true;
            }
        }
        return changed ? filled.build() : object;
    }

    private static @Nullable Object byDefault(Definition definition, Field field) {
        if (field.defaultJson().isEmpty()) {
            return null;
        }
        byte[] json = field.defaultJson().get().getBytes(StandardCharsets.UTF_8);
        Map<String, @Nullable Object> alone = new LinkedHashMap<>();
        alone.put(field.name(), JsonTree.parse(json));
        Object value = JsonCodec.fromTree(definition, alone).slot(field.index());
        return value == null ? null : value(value);
    }

    private static Object value(Object value) {
        return switch (value) {
            case Struct struct -> fill(struct);
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            default -> value;
        };
    }

    private static Object list(List<?> list) {
        List<Object> filled = new ArrayList<>(list.size());
        boolean changed = false;
        for (Object item : list) {
            Object after = value(item);
            changed |= after != item;
            filled.add(after);
        }
        return changed ? Collections.unmodifiableList(filled) : list;
    }

    private static Object map(Map<?, ?> map) {
        Map<String, Object> filled = new LinkedHashMap<>();
        boolean changed = false;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object after = value(entry.getValue());
            changed |= after != entry.getValue();
            filled.put((String) entry.getKey(), after);
        }
        return changed ? Collections.unmodifiableMap(filled) : map;
    }
}
