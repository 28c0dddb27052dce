package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.Field;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Zero values: some say that a field is not set. */
public final class Zeros {

    private static final IntOrString NUMBER = IntOrString.of(0);

    private Zeros() {}

    /** Whether that value of a field, which is no list and no map, stands for none. */
    static boolean isUnset(Field field, Field.Wire wire, Object value) {
        return switch (value) {
            case Struct struct -> field.zero() && struct.isEmpty();
            case Bytes bytes -> bytes.length() == 0;
            case String text -> !wire.pointer() && text.isEmpty();
            case Integer number -> !wire.pointer() && number == 0;
            case Long number -> !wire.pointer() && number == 0;
            case Double number -> !wire.pointer() && number == 0;
            case Boolean bool -> !wire.pointer() && !bool;
            case Quantity amount -> !wire.pointer() && !field.required() && amount.isZero();
            case IntOrString number ->
                    !wire.pointer() && !field.required() && number.equals(NUMBER);
            default -> false;
        };
    }

    /**
     * The same without what says nothing: zero values of fields that can't be told from unset ones,
     * as a typed server has them. Values of kinds that users define all say something.
     */
    public static Struct dropped(Struct struct) {
        @Nullable StructBuilder edit = null;
        for (Field field : struct.definition().fields()) {
            Object value = struct.slot(field.index());
            if (value == null) {
                continue;
            }
            if (field.isIdle(value)) {
                edit = edit == null ? struct.edit() : edit;
                edit.clear(field);
                continue;
            }
            Object rest = dropped(value);
            if (!same(rest, value)) {
                edit = edit == null ? struct.edit() : edit;
                edit.set(field, rest);
            }
        }
        return edit == null ? struct : edit.build();
    }

    /** The value itself where there is nothing to drop, so that it can be shared. */
    private static Object dropped(Object value) {
        return switch (value) {
            case Struct struct -> dropped(struct);
            case List<?> list when holdsStructs(list) -> items(list);
            case Map<?, ?> map when holdsStructs(map.values()) -> entries(map);
            default -> value;
        };
    }

    @SuppressWarnings("ReferenceEquality") // what is equal and another has not been shared
    private static boolean same(Object after, Object before) {
        return after == before;
    }

    private static boolean holdsStructs(Collection<?> values) {
        return !values.isEmpty() && values.iterator().next() instanceof Struct;
    }

    private static List<?> items(List<?> list) {
        @Nullable List<Object> result = null;
        for (int i = 0; i < list.size(); i++) {
            Object before = list.get(i);
            Object after = dropped(before);
            if (!same(after, before)) {
                result = result == null ? new ArrayList<>(list) : result;
                result.set(i, after);
            }
        }
        return result == null ? list : Collections.unmodifiableList(result);
    }

    private static Map<?, ?> entries(Map<?, ?> map) {
        Map<Object, Object> result = new LinkedHashMap<>();
        boolean same = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object after = dropped((Object) entry.getValue());
            same &= same(after, entry.getValue());
            result.put(entry.getKey(), after);
        }
        return same ? map : Collections.unmodifiableMap(result);
    }

    /** What a value that is not set is; null where there is none such. */
    public static @Nullable Object of(ValueType type) {
        return switch (type) {
            case ValueType.StructType s -> s.definition().empty();
            case ValueType.ListType ignored -> List.of();
            case ValueType.MapType ignored -> Map.of();
            case ValueType.Scalar scalar ->
                    switch (scalar) {
                        case STRING -> "";
                        case INT32 -> 0;
                        case INT64 -> 0L;
                        case DOUBLE -> 0.0;
                        case BOOL -> false;
                        case BYTES -> Bytes.EMPTY;
                        case QUANTITY -> Quantity.ZERO;
                        case INT_OR_STRING -> NUMBER;
                        case TIME, MICROTIME, RAW, ANY -> null;
                    };
        };
    }
}
