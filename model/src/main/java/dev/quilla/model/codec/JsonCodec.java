package dev.quilla.model.codec;

import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/** Reads and writes objects as JSON, driven by their definition. Thread-safe. */
public final class JsonCodec {

    private JsonCodec() {}

    /**
     * Reads an object; unknown and duplicate fields are treated as asked. Of custom kinds, values
     * of the wrong type are passed over and told beside the object.
     *
     * @throws DecodeException if it isn't JSON, a value has the wrong type, or strictness refuses
     *     it
     */
    public static Decoded decode(Definition definition, byte[] json, UnknownFields policy) {
        try (JsonParser parser = JsonTree.FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DecodeException("expected a JSON object");
            }
            StructReader reader = new StructReader(parser, definition.custom());
            Struct struct = reader.struct(definition);
            if (parser.nextToken() != null) {
                throw new DecodeException("unexpected data after the JSON object");
            }
            return switch (policy) {
                case IGNORE -> new Decoded(struct, List.of(), reader.mistakes());
                case WARN -> new Decoded(struct, reader.complaints(), reader.mistakes());
                case STRICT -> {
                    if (!reader.complaints().isEmpty()) {
                        throw new DecodeException(
                                "strict decoding error: " + String.join(", ", reader.complaints()),
                                reader.complaints());
                    }
                    yield new Decoded(struct, List.of(), reader.mistakes());
                }
            };
        } catch (JacksonException e) {
            throw new DecodeException("invalid JSON: " + JsonTree.oneLine(e));
        }
    }

    /** Reads an object and drops what its definition doesn't know. */
    public static Struct decode(Definition definition, byte[] json) {
        return decode(definition, json, UnknownFields.IGNORE).struct();
    }

    /** Writes an object compactly. */
    public static byte[] encode(Struct struct) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
        encode(struct, out);
        return out.toByteArray();
    }

    /** Writes an object compactly into a stream, which stays open. */
    public static void encode(Struct struct, OutputStream out) {
        try (JsonGenerator generator =
                JsonTree.FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.configure(tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET, false);
            StructWriter.write(generator, struct);
        }
    }

    /** A field's value as a JSON tree, as {@link JsonTree} has them. */
    public static Object toTree(Struct struct) {
        return java.util.Objects.requireNonNull(JsonTree.parse(encode(struct)));
    }

    /** Reads a JSON tree as a struct; what its definition doesn't know is dropped. */
    public static Struct fromTree(Definition definition, Object tree) {
        return decode(definition, JsonTree.write(tree));
    }
}
