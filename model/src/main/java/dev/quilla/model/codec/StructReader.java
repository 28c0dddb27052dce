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
    private final List<String> path = new ArrayList<>();

    StructReader(JsonParser parser) {
        this.parser = parser;
    }

    List<String> complaints() {
        return complaints;
    }

    /** Reads the object whose first token is the current one. */
    Struct struct(Definition definition) {
        StructBuilder builder = new StructBuilder(definition);
        long seen = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Field field = definition.lookup(name);
            if (field == null) {
                complain("unknown field", name);
                parser.skipChildren();
                continue;
            }
            long bit = 1L << field.index();
            if ((seen & bit) != 0) {
                complain("duplicate field", name);
            }
            seen |= bit;
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            path.add(path.isEmpty() ? name : "." + name);
            builder.set(field, value(field.type()));
            path.removeLast();
        }
        return builder.build();
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
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                throw wrongType(element + ", not null");
            }
            items.add(value(element));
            path.removeLast();
        }
        return Collections.unmodifiableList(items);
    }

    private Map<String, Object> map(ValueType valueType) {
        expect(JsonToken.START_OBJECT, "a map");
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            path.add("." + key);
            Object value =
                    parser.nextToken() == JsonToken.VALUE_NULL
                            ? nullOf(valueType)
                            : value(valueType);
            path.removeLast();
            if (value != null && map.put(key, value) != null) {
                complain("duplicate field", key);
            }
        }
        return Collections.unmodifiableMap(map);
    }

    /** In a map a null stands for the zero value, as a typed server reads it. */
    private static @Nullable Object nullOf(ValueType type) {
        return switch (type) {
            case ValueType.Scalar.STRING -> "";
            case ValueType.Scalar.BYTES -> Bytes.EMPTY;
            default -> null;
        };
    }

    private Object scalar(ValueType.Scalar type) {
        return switch (type) {
            case STRING -> string("a string");
            case INT32 -> {
                long number = integer();
                if (number != (int) number) {
                    throw wrongType("a 32-bit integer");
                }
                yield (int) number;
            }
            case INT64 -> integer();
            case DOUBLE -> {
                if (!parser.currentToken().isNumeric()) {
                    throw wrongType("a number");
                }
                yield parser.getDoubleValue();
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
                            : IntOrString.of(Math.toIntExact(integer()));
            case RAW -> raw();
        };
    }

    private String string(String expected) {
        expect(JsonToken.VALUE_STRING, expected);
        return parser.getString();
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
            return Bytes.wrap(Base64.getDecoder().decode(string("base64 data")));
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
            generator.copyCurrentStructure(parser);
        }
        return new RawJson(Bytes.wrap(out.toByteArray()));
    }

    private void expect(JsonToken token, String expected) {
        if (parser.currentToken() != token) {
            throw wrongType(expected);
        }
    }

    private DecodeException wrongType(String expected) {
        return new DecodeException(at() + "expected " + expected + ", got " + found());
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
