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
                    Map.ofEntries(
                            Map.entry("required", flag(1)),
                            Map.entry("in", text(2)),
                            Map.entry("description", text(3)),
                            Map.entry("name", text(4)),
                            Map.entry("type", text(6)),
                            Map.entry("uniqueItems", flag(20))),
                    23);

    private static final Message PATH_PARAMETER =
            new Message(
                    Map.ofEntries(
                            Map.entry("required", flag(1)),
                            Map.entry("in", text(2)),
                            Map.entry("description", text(3)),
                            Map.entry("name", text(4)),
                            Map.entry("type", text(5)),
                            Map.entry("uniqueItems", flag(19))),
                    22);

    private static final Message BODY_PARAMETER =
            new Message(
                    Map.of(
                            "description", text(1),
                            "name", text(2),
                            "in", text(3),
                            "required", flag(4),
                            "schema", schema(5)),
                    6);

    private static final Message REFERENCE = new Message(Map.of("$ref", text(1)), 0);

    private static final Message RESPONSE =
            new Message(Map.of("description", text(1), "schema", message(2, schema(1))), 5);

    /** Those of a path, or of an operation: each itself, or a reference to one. */
    private static final Part PARAMETERS_8 = each(item(8));

    private static final Part PARAMETERS_9 = each(item(9));

    private static final Message OPERATION =
            new Message(
                    Map.of(
                            "tags",
                            each(text(1)),
                            "description",
                            text(3),
                            "operationId",
                            text(5),
                            "produces",
                            each(text(6)),
                            "consumes",
                            each(text(7)),
                            "parameters",
                            PARAMETERS_8,
                            "responses",
                            message(9, named(1, message(2, struct(1, RESPONSE)))),
                            "schemes",
                            each(text(10))),
                    13);

    private static final Message PATH =
            new Message(
                    Map.of(
                            "get", struct(2, OPERATION),
                            "put", struct(3, OPERATION),
                            "post", struct(4, OPERATION),
                            "delete", struct(5, OPERATION),
                            "options", struct(6, OPERATION),
                            "head", struct(7, OPERATION),
                            "patch", struct(8, OPERATION),
                            "parameters", PARAMETERS_9),
                    10);

    private static final Message API_KEY =
            new Message(
                    Map.of(
                            "type", text(1),
                            "name", text(2),
                            "in", text(3),
                            "description", text(4)),
                    5);

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
                            "definitions", message(9, named(1, schema(2))),
                            "parameters", message(10, named(1, OpenApiProtobuf::parameter)),
                            "security", each(message(12, named(1, message(2, each(text(1)))))),
                            "securityDefinitions",
                                    message(13, named(1, message(2, struct(2, API_KEY))))),
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

    /** Where a parameter stands, or a reference to one. */
    private static Part item(int field) {
        return (out, value) -> {
            boolean reference = ((Map<?, ?>) value).containsKey("$ref");
            Part content = reference ? struct(2, REFERENCE) : OpenApiProtobuf::itself;
            message(field, content).write(out, value);
        };
    }

    /** A parameter as the first field of what stands for it. */
    private static void itself(CodedOutputStream out, Object value) throws IOException {
        message(1, OpenApiProtobuf::kind).write(out, value);
    }

    /** A parameter as the second field, as maps have it. */
    private static void parameter(CodedOutputStream out, Object value) throws IOException {
        message(2, OpenApiProtobuf::kind).write(out, value);
    }

    /** A parameter is a body or none, and then of the query or of the path. */
    private static void kind(CodedOutputStream out, Object value) throws IOException {
        Part content =
                switch (String.valueOf(((Map<?, ?>) value).get("in"))) {
                    case "body" -> struct(1, BODY_PARAMETER);
                    case "query" -> message(2, struct(3, QUERY_PARAMETER));
                    case "path" -> message(2, struct(4, PATH_PARAMETER));
                    default ->
                            throw new IllegalArgumentException(
                                    "no parameter known here is in " + value);
                };
        content.write(out, value);
    }
}
