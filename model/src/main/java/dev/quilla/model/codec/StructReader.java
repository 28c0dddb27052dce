package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Quantity;
import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.ValueType;
import dev.quilla.model.validation.FieldError;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** Reads one JSON object. Used once, by one thread. */
final class StructReader {

    /** More complaints than this say nothing new. */
    private static final int COMPLAINTS_MAX = 100;

    private final JsonParser parser;
    private final List<String> complaints = new ArrayList<>();
    private final boolean lenient;
    private final List<FieldError> mistakes = new ArrayList<>();
    private final List<String> path = new ArrayList<>();

    /**
     * Reads from a parser.
     *
     * @param lenient whether values of the wrong type are passed over, so that all can be told
     */
    StructReader(JsonParser parser, boolean lenient) {
        this.parser = parser;
        this.lenient = lenient;
    }

    /** The values of the wrong type that were passed over. */
    List<FieldError> mistakes() {
        return mistakes;
    }

    List<String> complaints() {
        return complaints;
    }

    /** Reads the object whose first token is the current one. */
    Struct struct(Definition definition) {
        StructBuilder builder = new StructBuilder(definition);
        Field rest = definition.rest();
        Map<String, Object> kept = rest == null ? Map.of() : new LinkedHashMap<>();
        long seen = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Field field = definition.lookup(name);
            if (field == null) {
                if (rest == null) {
                    complain("unknown field", name);
                    parser.skipChildren();
                } else if (kept.put(name, raw()) != null) {
                    complain("duplicate field", name);
                }
                continue;
            }
            long bit = field.index() < Long.SIZE ? 1L << field.index() : 0;
            if ((seen & bit) != 0 || (bit == 0 && builder.get(field.index()) != null)) {
                complain("duplicate field", name);
            }
            seen |= bit;
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            path.add(path.isEmpty() ? name : "." + name);
            Object value = valueOrNull(field.type());
            if (value != null) {
                builder.set(field, value);
            }
            path.removeLast();
        }
        if (rest != null && !kept.isEmpty()) {
            builder.set(rest, Collections.unmodifiableMap(kept));
        }
        return builder.build();
    }

    /** Reads a value; null where it was of the wrong type and is passed over. */
    private @Nullable Object valueOrNull(ValueType type) {
        try {
            return value(type);
        } catch (WrongTypeException e) {
            if (!lenient) {
                throw new DecodeException(at() + "expected " + e.getMessage() + ", got " + found());
            }
            if (mistakes.size() < COMPLAINTS_MAX) {
                mistakes.add(mistake(type));
            }
            passOver();
            return null;
        }
    }

    /** Of an object where there should be none, no field is known. */
    private void passOver() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            complain("unknown field", parser.currentName());
            parser.nextToken();
            parser.skipChildren();
        }
    }

    private FieldError mistake(ValueType type) {
        String place = String.join("", path);
        String got =
                switch (parser.currentToken()) {
                    case VALUE_STRING -> "string";
                    case VALUE_NUMBER_INT -> "integer";
                    case VALUE_NUMBER_FLOAT -> "number";
                    case VALUE_TRUE, VALUE_FALSE -> "boolean";
                    case START_OBJECT -> "object";
                    case START_ARRAY -> "array";
                    default -> "null";
                };
        String wanted =
                switch (type) {
                    case ValueType.StructType ignored -> "object";
                    case ValueType.MapType ignored -> "object";
                    case ValueType.ListType ignored -> "array";
                    case ValueType.Scalar scalar ->
                            switch (scalar) {
                                case INT32, INT64 -> "integer";
                                case DOUBLE -> "number";
                                case BOOL -> "boolean";
                                case INT_OR_STRING -> "integer,string";
                                default -> "string";
                            };
                };
        return FieldError.typeInvalid(
                place, got, "%s in body must be of type %s: \"%s\"".formatted(place, wanted, got));
    }

    private Object value(ValueType type) {
        return switch (type) {
            case ValueType.StructType s -> {
                expect(JsonToken.START_OBJECT, "an object");
                yield struct(s.definition());
            }
            case ValueType.ListType list -> list(list.element());
            case ValueType.MapType map -> map(map.value());
            case ValueType.Scalar scalar -> scalar(scalar);
        };
    }

    private List<Object> list(ValueType element) {
        expect(JsonToken.START_ARRAY, "a list");
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            path.add("[" + items.size() + "]");
            boolean none = parser.currentToken() == JsonToken.VALUE_NULL && !lenient;
            Object item = none ? Zeros.of(element) : valueOrNull(element);
            if (none && item == null) {
                throw new DecodeException(at() + "expected a value, not null");
            }
            if (item != null) {
                items.add(item);
            }
            path.removeLast();
        }
        return Collections.unmodifiableList(items);
    }

    /** Here, as in a list, a null stands for the zero value, as a typed server reads it. */
    private Map<String, Object> map(ValueType valueType) {
        expect(JsonToken.START_OBJECT, "a map");
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            path.add("." + key);
            Object value =
                    parser.nextToken() == JsonToken.VALUE_NULL
                            ? Zeros.of(valueType)
                            : valueOrNull(valueType);
            path.removeLast();
            if (value != null && map.put(key, value) != null) {
                complain("duplicate field", key);
            }
        }
        return Collections.unmodifiableMap(map);
    }

    private Object scalar(ValueType.Scalar type) {
        return switch (type) {
            case STRING -> string("a string");
            case INT32 -> int32();
            case INT64 -> integer();
            case DOUBLE -> {
                if (!parser.currentToken().isNumeric()) {
                    throw wrongType("a number");
                }
                double number = parser.getDoubleValue();
                if (!Double.isFinite(number)) {
                    throw wrongType("a number that fits into 64 bits");
                }
                yield number;
            }
            case BOOL -> {
                if (!parser.currentToken().isBoolean()) {
                    throw wrongType("true or false");
                }
                yield parser.getBooleanValue();
            }
            case BYTES -> bytes();
            case TIME, MICROTIME -> time();
            case QUANTITY -> quantity();
            case INT_OR_STRING ->
                    parser.currentToken() == JsonToken.VALUE_STRING
                            ? IntOrString.of(parser.getString())
                            : IntOrString.of(int32());
            case RAW, ANY -> raw();
        };
    }

    private String string(String expected) {
        expect(JsonToken.VALUE_STRING, expected);
        return parser.getString();
    }

    private int int32() {
        long number = integer();
        if (number != (int) number) {
            throw wrongType("a 32-bit integer");
        }
        return (int) number;
    }

    private long integer() {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw wrongType("a 64-bit integer");
            }
            return parser.getLongValue();
        }
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            double number = parser.getDoubleValue();
            if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
                return (long) number;
            }
        }
        throw wrongType("an integer");
    }

    private Bytes bytes() {
        try {
            String text = string("base64 data");
            // Manifests break it into lines, which Kubernetes' decoder passes over.
            String line = text.replace("\n", "").replace("\r", "");
            return Bytes.wrap(Base64.getDecoder().decode(line));
        } catch (IllegalArgumentException e) {
            throw new DecodeException(at() + "illegal base64 data");
        }
    }

    private Instant time() {
        String text = string("an RFC 3339 time");
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new DecodeException(
                    at()
                            + "expected an RFC 3339 time such as 2026-01-02T15:04:05Z, got '"
                            + text
                            + "'");
        }
    }

    private Quantity quantity() {
        String text = parser.currentToken().isNumeric() ? parser.getString() : string("a quantity");
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DecodeException(at() + e.getMessage());
        }
    }

    private RawJson raw() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator =
                JsonTree.FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            JsonTree.copy(parser, generator);
        }
        return new RawJson(Bytes.wrap(out.toByteArray()));
    }

    private void expect(JsonToken token, String expected) {
        if (parser.currentToken() != token) {
            throw wrongType(expected);
        }
    }

    private static WrongTypeException wrongType(String expected) {
        return new WrongTypeException(expected);
    }

    /** The value at hand is not what it has to be; nothing of it has been read. */
    private static final class WrongTypeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        WrongTypeException(String expected) {
            super(expected, null, false, false);
        }
    }

    private String found() {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number " + parser.getString();
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            default -> "something else";
        };
    }

    private String at() {
        return path.isEmpty() ? "" : String.join("", path) + ": ";
    }

    private void complain(String what, String name) {
        if (complaints.size() < COMPLAINTS_MAX) {
            String place = path.isEmpty() ? name : String.join("", path) + "." + name;
            complaints.add(what + " \"" + place + "\"");
        }
    }
}
