package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.Field;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import org.jspecify.annotations.Nullable;

/** Zero values: in protobuf, some say that a field is not set. */
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

    /** What a value that is not set is; null where there is none such. */
    public static @Nullable Object of(ValueType type) {
        return switch (type) {
            case ValueType.StructType s -> s.definition().empty();
            case ValueType.ListType ignored -> java.util.List.of();
            case ValueType.MapType ignored -> java.util.Map.of();
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
