package dev.quilla.model.codec;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAPI 2 document as the protobuf message {@code openapi.v2.Document} of gnostic, which is
 * what kubectl and client-go read. The JSON tree is the source; this is another spelling of it.
 * Messages that wrap nothing but one field stand between the parts that JSON shows.
 */
public final class OpenApiProtobuf {

    /** Writes the value of a JSON field. */
    private interface Part {
        void write(CodedOutputStream out, Object value) throws IOException;
    }

    /**
     * The JSON fields that a message has.
     *
     * @param extensions the number of those whose names begin with {@code x-}; 0 for none
     */
    private record Message(Map<String, Part> parts, int extensions) {}

    private static final Message SCHEMA =
            new Message(
                    Map.ofEntries(
                            Map.entry("$ref", text(1)),
                            Map.entry("format", text(2)),
                            Map.entry("title", text(3)),
                            Map.entry("description", text(4)),
                            Map.entry("default", any(5)),
                            Map.entry("multipleOf", number(6)),
                            Map.entry("maximum", number(7)),
                            Map.entry("exclusiveMaximum", flag(8)),
                            Map.entry("minimum", number(9)),
                            Map.entry("exclusiveMinimum", flag(10)),
                            Map.entry("maxLength", whole(11)),
                            Map.entry("minLength", whole(12)),
                            Map.entry("pattern", text(13)),
                            Map.entry("maxItems", whole(14)),
                            Map.entry("minItems", whole(15)),
                            Map.entry("uniqueItems", flag(16)),
                            Map.entry("maxProperties", whole(17)),
                            Map.entry("minProperties", whole(18)),
                            Map.entry("required", each(text(19))),
                            Map.entry("enum", each(any(20))),
                            Map.entry("additionalProperties", OpenApiProtobuf::additional),
                            Map.entry("type", message(22, each(text(1)))),
                            Map.entry("items", message(23, each(schema(1)))),
                            Map.entry("allOf", each(schema(24))),
                            Map.entry("properties", message(25, named(1, schema(2))))),
                    31);

    private static final Message QUERY_PARAMETER =
            new Message(
                    Map.of("in", text(2), "description", text(3), "name", text(4), "type", text(6)),
                    23);

    private static final Message RESPONSE = new Message(Map.of("description", text(1)), 5);

    private static final Message OPERATION =
            new Message(
                    Map.of(
                            "parameters",
                            // An item is a parameter, that is no body, that is in the query.
                            each(message(8, message(1, message(2, struct(3, QUERY_PARAMETER))))),
                            "responses",
                            message(9, named(1, message(2, struct(1, RESPONSE))))),
                    13);

    private static final Message PATH =
            new Message(
                    Map.of(
                            "get", struct(2, OPERATION),
                            "put", struct(3, OPERATION),
                            "patch", struct(8, OPERATION)),
                    10);

    private static final Message DOCUMENT =
            new Message(
                    Map.of(
                            "swagger", text(1),
                            "info",
                                    struct(
                                            2,
                                            new Message(
                                                    Map.of("title", text(1), "version", text(2)),
                                                    7)),
                            "paths", message(8, named(2, struct(2, PATH))),
                            "definitions", message(9, named(1, schema(2)))),
                    16);

    private OpenApiProtobuf() {}

    /**
     * Writes a document.
     *
     * @throws IllegalArgumentException if it has a field that is not known here
     */
    public static byte[] write(Map<String, @Nullable Object> document) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 20);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields(out, DOCUMENT, document);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void fields(CodedOutputStream out, Message message, Map<?, ?> tree)
            throws IOException {
        for (Map.Entry<?, ?> entry : tree.entrySet()) {
            String name = (String) entry.getKey();
            Part part = message.parts().get(name);
            if (part != null) {
                part.write(out, entry.getValue());
            } else if (name.startsWith("x-") && message.extensions() > 0) {
                named(message.extensions(), any(2)).write(out, Map.of(name, entry.getValue()));
            } else {
                throw new IllegalArgumentException("no OpenAPI 2 has a field " + name + " there");
            }
        }
    }

    private static Part text(int field) {
        return (out, value) -> out.writeString(field, (String) value);
    }

    private static Part flag(int field) {
        return (out, value) -> out.writeBool(field, (Boolean) value);
    }

    private static Part whole(int field) {
        return (out, value) -> out.writeInt64(field, ((Number) value).longValue());
    }

    private static Part number(int field) {
        return (out, value) -> out.writeDouble(field, ((Number) value).doubleValue());
    }

    /** Any value, as YAML, of which JSON is a part. */
    private static Part any(int field) {
        return message(
                field,
                (out, value) ->
                        out.writeString(
                                2, new String(JsonTree.write(value), StandardCharsets.UTF_8)));
    }

    /** The items of a list, or a single one. */
    private static Part each(Part item) {
        return (out, value) -> {
            for (Object one : value instanceof List<?> list ? list : List.of(value)) {
                item.write(out, one);
            }
        };
    }

    /** A message whose content that part writes. */
    private static Part message(int field, Part content) {
        return (out, value) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream inner = CodedOutputStream.newInstance(bytes);
            content.write(inner, value);
            inner.flush();
            out.writeByteArray(field, bytes.toByteArray());
        };
    }

    private static Part struct(int field, Message message) {
        return message(field, (out, value) -> fields(out, message, (Map<?, ?>) value));
    }

    /** A schema; schemas hold schemas. */
    private static Part schema(int field) {
        return message(field, (out, value) -> fields(out, SCHEMA, (Map<?, ?>) value));
    }

    /** The entries of a map, each a message with a name as field 1. */
    private static Part named(int field, Part content) {
        return (out, value) -> {
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                Part pair =
                        message(
                                field,
                                (inner, item) -> {
                                    inner.writeString(1, (String) entry.getKey());
                                    content.write(inner, item);
                                });
                pair.write(out, entry.getValue());
            }
        };
    }

    private static void additional(CodedOutputStream out, Object value) throws IOException {
        Part content = value instanceof Boolean ? flag(2) : schema(1);
        message(21, content).write(out, value);
    }
}
