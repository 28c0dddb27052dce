package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON without a schema: maps, lists, strings, numbers ({@link Long}, {@link BigInteger}, {@link
 * BigDecimal}), booleans and null.
 */
public final class JsonTree {

    /** Deeper nesting is refused: it is an attack or a mistake. */
    public static final int DEPTH_MAX = 200;

    /** How deep JSON may be that is to become a part of an object. */
    static final int RAW_DEPTH_MAX = 100;

    static final JsonFactory FACTORY = factory(DEPTH_MAX);

    private static final JsonFactory RAW_FACTORY = factory(RAW_DEPTH_MAX);

    private JsonTree() {}

    private static JsonFactory factory(int depthMax) {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(depthMax)
                                .maxStringLength(16 << 20)
                                .build())
                .build();
    }

    /**
     * Reads one value.
     *
     * @throws DecodeException if it is not valid JSON
     */
    public static @Nullable Object parse(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                throw new DecodeException("unexpected end of JSON input");
            }
            Object value = read(parser);
            if (parser.nextToken() != null) {
                throw new DecodeException("unexpected data after the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            throw new DecodeException("invalid JSON: " + oneLine(e));
        }
    }

    /** Reads one value that must be an object. */
    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    public static Map<String, @Nullable Object> parseObject(byte[] json) {
        if (parse(json) instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new DecodeException("expected a JSON object");
    }

    /** Writes a value compactly. */
    public static byte[] write(@Nullable Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(generator, value);
        }
        return out.toByteArray();
    }

    /** The value of raw JSON. */
    public static @Nullable Object valueOf(RawJson raw) {
        return parse(raw.json().shared());
    }

    /** Raw JSON of a value. */
    public static RawJson raw(@Nullable Object value) {
        return new RawJson(Bytes.wrap(write(value)));
    }

    /** One value without insignificant white space, if it is not too deep for a part. */
    static RawJson compact(byte[] json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length);
        try (JsonParser parser = RAW_FACTORY.createParser(ObjectReadContext.empty(), json);
                JsonGenerator generator =
                        FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            if (parser.nextToken() == null) {
                throw new DecodeException("unexpected end of JSON input");
            }
            copy(parser, generator);
            if (parser.nextToken() != null) {
                throw new DecodeException("unexpected data after the JSON value");
            }
        } catch (JacksonException e) {
            throw new DecodeException("invalid JSON: " + oneLine(e));
        }
        return new RawJson(Bytes.wrap(out.toByteArray()));
    }

    /** Copies one value, which is at hand, up to its end. */
    static void copy(JsonParser parser, JsonGenerator generator) {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_NUMBER_FLOAT
                    && !Double.isFinite(parser.getDoubleValue())) {
                throw outOfRange();
            }
            generator.copyCurrentEventExact(parser);
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
        } while (depth > 0 && next(parser));
    }

    private static boolean next(JsonParser parser) {
        if (parser.nextToken() == null) {
            throw new DecodeException("unexpected end of JSON input");
        }
        return true;
    }

    private static DecodeException outOfRange() {
        return new DecodeException("invalid JSON: the number is out of range");
    }

    static @Nullable Object read(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, read(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(read(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT ->
                    switch (parser.getNumberType()) {
                        case INT, LONG -> parser.getLongValue();
                        default -> parser.getBigIntegerValue();
                    };
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw new DecodeException("invalid JSON: unexpected " + token);
        };
    }

    /**
     * A number that fits into 64 bits of floating point, as every reader of the API takes it: one
     * with a huge exponent is little to send, and too much to reckon with.
     */
    private static BigDecimal decimal(JsonParser parser) {
        double rough = parser.getDoubleValue();
        if (!Double.isFinite(rough)) {
            throw outOfRange();
        }
        return rough == 0 ? BigDecimal.ZERO : parser.getDecimalValue();
    }

    static void write(JsonGenerator generator, @Nullable Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case Map<?, ?> map -> {
                generator.writeStartObject();
                map.forEach((key, item) -> {
                    generator.writeName(String.valueOf(key));
                    write(generator, item);
                });
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                list.forEach(item -> write(generator, item));
                generator.writeEndArray();
            }
            case String text -> generator.writeString(text);
            case Boolean bool -> generator.writeBoolean(bool);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case BigInteger number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            default ->
                    throw new IllegalArgumentException(
                            "no JSON value: " + value.getClass().getName());
        }
    }

    static String oneLine(JacksonException e) {
        String message = e.getOriginalMessage();
        int line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
        String first = message == null ? "syntax error" : message.lines().findFirst().orElse("");
        return line > 0 ? first + " (line " + line + ")" : first;
    }
}
