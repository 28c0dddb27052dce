package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.Field;
import dev.quilla.model.IntOrString;
import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Writes structs as JSON: what is set, and the zero values and nulls that a Kubernetes server
 * always writes.
 */
final class StructWriter {

    private static final DateTimeFormatter MICRO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Below it every whole number has a double of its own. */
    private static final double WHOLE_MAX = 1L << 53;

    private StructWriter() {}

    static void write(JsonGenerator out, Struct struct) {
        out.writeStartObject();
        for (Field field : struct.definition().fields()) {
            Object value = struct.slot(field.index());
            if (value != null && field.isRest()) {
                fields(out, (ValueType.MapType) field.type(), (Map<?, ?>) value);
            } else if (value != null) {
                out.writeName(field.name());
                write(out, field.type(), value);
            } else if (field.zero()) {
                out.writeName(field.name());
                writeZero(out, field.type());
            } else if (field.nil()) {
                out.writeName(field.name());
                out.writeNull();
            }
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, ValueType type, Object value) {
        switch (type) {
            case ValueType.StructType ignored -> write(out, (Struct) value);
            case ValueType.ListType list -> {
                out.writeStartArray();
                for (Object item : (List<?>) value) {
                    write(out, list.element(), item);
                }
                out.writeEndArray();
            }
            case ValueType.MapType map -> {
                out.writeStartObject();
                fields(out, map, (Map<?, ?>) value);
                out.writeEndObject();
            }
            case ValueType.Scalar scalar -> writeScalar(out, scalar, value);
        }
    }

    private static void fields(JsonGenerator out, ValueType.MapType type, Map<?, ?> entries) {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            out.writeName((String) entry.getKey());
            write(out, type.value(), entry.getValue());
        }
    }

    /** Whole numbers are written without a fraction, as everywhere in Kubernetes. */
    private static void writeDouble(JsonGenerator out, double value) {
        if (value == Math.rint(value) && Math.abs(value) < WHOLE_MAX) {
            out.writeNumber((long) value);
        } else {
            out.writeNumber(value);
        }
    }

    private static void writeScalar(JsonGenerator out, ValueType.Scalar type, Object value) {
        switch (type) {
            case STRING -> out.writeString((String) value);
            case INT32 -> out.writeNumber((Integer) value);
            case INT64 -> out.writeNumber((Long) value);
            case DOUBLE -> writeDouble(out, (Double) value);
            case BOOL -> out.writeBoolean((Boolean) value);
            case BYTES ->
                    out.writeString(Base64.getEncoder().encodeToString(((Bytes) value).shared()));
            case TIME ->
                    out.writeString(((Instant) value).truncatedTo(ChronoUnit.SECONDS).toString());
            case MICROTIME -> out.writeString(MICRO.format((Instant) value));
            case QUANTITY -> out.writeString(value.toString());
            case INT_OR_STRING -> {
                switch ((IntOrString) value) {
                    case IntOrString.OfInt(int number) -> out.writeNumber(number);
                    case IntOrString.OfString(String text) -> out.writeString(text);
                }
            }
            case RAW, ANY -> out.writeRawValue(((RawJson) value).toString());
        }
    }

    private static void writeZero(JsonGenerator out, ValueType type) {
        switch (type) {
            case ValueType.StructType s -> write(out, s.definition().empty());
            case ValueType.ListType ignored -> out.writeNull();
            case ValueType.MapType ignored -> {
                out.writeStartObject();
                out.writeEndObject();
            }
            case ValueType.Scalar scalar -> {
                switch (scalar) {
                    case STRING -> out.writeString("");
                    case INT32, INT64, DOUBLE -> out.writeNumber(0);
                    case BOOL -> out.writeBoolean(false);
                    case QUANTITY -> out.writeString("0");
                    case INT_OR_STRING -> out.writeNumber(0);
                    case BYTES, TIME, MICROTIME, RAW, ANY -> out.writeNull();
                }
            }
        }
    }
}
