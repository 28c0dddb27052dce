package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.Field.RawForm;
import dev.quilla.model.IntOrString;
import dev.quilla.model.MessageLayout;
import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes structs as protobuf messages: the fields that are set, by ascending number. */
final class ProtobufWriter {

    private static final int MICRO = 1_000;

    private final BackwardBuffer out;

    ProtobufWriter(BackwardBuffer out) {
        this.out = out;
    }

    void struct(Struct struct) {
        parts(ProtobufCodec.layout(struct.definition()), struct);
    }

    private void parts(MessageLayout layout, Struct struct) {
        for (MessageLayout.Part part : layout.parts().reversed()) {
            switch (part) {
                case MessageLayout.Inline(int number, MessageLayout inner) -> {
                    int mark = out.size();
                    parts(inner, struct);
                    if (out.size() > mark) {
                        out.close(number, mark);
                    }
                }
                case MessageLayout.Value value -> {
                    Object set = struct.slot(value.field().index());
                    if (set != null) {
                        field(struct.definition(), value, set);
                    }
                }
            }
        }
    }

    private void field(Definition owner, MessageLayout.Value part, Object value) {
        int number = part.number();
        RawForm form = part.wire().form();
        switch (part.field().type()) {
            case ValueType.ListType list when part.wire().wrapped() ->
                    wrapped(number, owner, list, form, (List<?>) value);
            case ValueType.ListType list ->
                    list(number, owner, list.element(), form, (List<?>) value);
            case ValueType.MapType map -> map(number, owner, map.value(), form, (Map<?, ?>) value);
            case ValueType type -> value(number, owner, type, form, value);
        }
    }

    private void list(
            int number, Definition owner, ValueType element, RawForm form, List<?> items) {
        for (Object item : items.reversed()) {
            value(number, owner, element, form, item);
        }
    }

    private void map(
            int number, Definition owner, ValueType valueType, RawForm form, Map<?, ?> entries) {
        for (Map.Entry<?, ?> entry : new ArrayList<>(entries.entrySet()).reversed()) {
            int mark = out.size();
            value(2, owner, valueType, form, entry.getValue());
            out.text(1, (String) entry.getKey());
            out.close(number, mark);
        }
    }

    /** A list as a message of its own. */
    private void wrapped(
            int number, Definition owner, ValueType.ListType type, RawForm form, List<?> items) {
        int mark = out.size();
        list(1, owner, type.element(), form, items);
        out.close(number, mark);
    }

    private void value(int number, Definition owner, ValueType type, RawForm form, Object value) {
        switch (type) {
            case ValueType.StructType ignored -> {
                int mark = out.size();
                struct((Struct) value);
                out.close(number, mark);
            }
            // In maps: a list is never the value of anything else.
            case ValueType.ListType list -> wrapped(number, owner, list, form, (List<?>) value);
            case ValueType.MapType ignored ->
                    throw new IllegalArgumentException(owner + " has a map within a map");
            case ValueType.Scalar scalar -> scalar(number, owner, scalar, form, value);
        }
    }

    private void scalar(
            int number, Definition owner, ValueType.Scalar type, RawForm form, Object value) {
        switch (type) {
            case STRING -> out.text(number, (String) value);
            case INT32 -> out.integer(number, (Integer) value);
            case INT64 -> out.integer(number, (Long) value);
            case DOUBLE -> {
                out.fixed64(Double.doubleToRawLongBits((Double) value));
                out.tag(number, BackwardBuffer.FIXED64);
            }
            case BOOL -> out.integer(number, ((Boolean) value) ? 1 : 0);
            case BYTES -> out.bytes(number, ((Bytes) value).shared());
            case TIME -> time(number, ((Instant) value).getEpochSecond(), 0);
            case MICROTIME -> {
                Instant time = (Instant) value;
                time(number, time.getEpochSecond(), time.getNano() / MICRO * MICRO);
            }
            case QUANTITY -> {
                int mark = out.size();
                out.text(1, value.toString());
                out.close(number, mark);
            }
            case INT_OR_STRING -> {
                int mark = out.size();
                switch ((IntOrString) value) {
                    case IntOrString.OfInt(int whole) -> intOrString(0, whole, "");
                    case IntOrString.OfString(String text) -> intOrString(1, 0, text);
                }
                out.close(number, mark);
            }
            case RAW, ANY -> {
                int mark = out.size();
                raw(owner, form, (RawJson) value);
                out.close(number, mark);
            }
        }
    }

    /** Both fields are there even if they are zero: an empty message is no time. */
    private void time(int number, long seconds, int nanos) {
        int mark = out.size();
        out.integer(2, nanos);
        out.integer(1, seconds);
        out.close(number, mark);
    }

    private void intOrString(int type, int whole, String text) {
        out.text(3, text);
        out.integer(2, whole);
        out.integer(1, type);
    }

    private void raw(Definition owner, RawForm form, RawJson value) {
        if (form == RawForm.BYTES) {
            out.bytes(1, value.json().shared());
            return;
        }
        if (form == RawForm.EMPTY) {
            return;
        }
        switch (JsonTree.valueOf(value)) {
            case Map<?, ?> schema -> schema(form == RawForm.SCHEMA_OR_BOOL ? 2 : 1, owner, schema);
            case Boolean allows when form == RawForm.SCHEMA_OR_BOOL ->
                    out.integer(1, allows ? 1 : 0);
            case List<?> items when form == RawForm.SCHEMA_OR_LIST -> {
                for (Object item : items.reversed()) {
                    if (item instanceof Map<?, ?> schema) {
                        schema(2, owner, schema);
                    }
                }
            }
            case List<?> items when form == RawForm.SCHEMA_OR_NAMES -> {
                for (Object item : items.reversed()) {
                    out.text(2, String.valueOf(item));
                }
            }
            case null, default -> {
                // Nothing that a schema can be: what was stored can't be said.
            }
        }
    }

    private void schema(int number, Definition owner, Map<?, ?> schema) {
        int mark = out.size();
        struct(JsonCodec.fromTree(owner, schema));
        out.close(number, mark);
    }
}
