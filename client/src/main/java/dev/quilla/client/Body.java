package dev.quilla.client;

import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;

/**
 * What a request or a response carries. A transport inside the master passes structs on as they
 * are; one over the network encodes them as JSON.
 */
public sealed interface Body {

    /** The media type of JSON. */
    String JSON = "application/json";

    /** Nothing. */
    record None() implements Body {
        private static final None INSTANCE = new None();
    }

    /** An object, not encoded. */
    record OfStruct(Struct struct) implements Body {}

    /**
     * Encoded content.
     *
     * @param contentType the media type
     */
    record OfBytes(Bytes bytes, String contentType) implements Body {}

    /** No content. */
    static Body none() {
        return None.INSTANCE;
    }

    /** An object. */
    static Body of(Struct struct) {
        return new OfStruct(struct);
    }

    /** Encoded content; takes over the array. */
    static Body of(byte[] content, String contentType) {
        return new OfBytes(Bytes.wrap(content), contentType);
    }

    /**
     * The content as an object of that type.
     *
     * @throws DecodeException if it is none
     */
    default Struct struct(Definition definition) {
        return switch (this) {
            case None ignored -> throw new DecodeException("the answer has no content");
            case OfStruct(Struct struct) when struct.definition() == definition -> struct;
            case OfStruct(Struct struct) -> JsonCodec.decode(definition, JsonCodec.encode(struct));
            case OfBytes(Bytes bytes, String ignored) ->
                    JsonCodec.decode(definition, bytes.shared());
        };
    }

    /** The content encoded; a struct becomes JSON, and no content no bytes. */
    default Bytes encoded() {
        return switch (this) {
            case None ignored -> Bytes.EMPTY;
            case OfStruct(Struct struct) -> Bytes.wrap(JsonCodec.encode(struct));
            case OfBytes(Bytes bytes, String ignored) -> bytes;
        };
    }

    /** The media type of {@link #encoded()}; empty where there is no content. */
    default String contentType() {
        return switch (this) {
            case None ignored -> "";
            case OfStruct ignored -> JSON;
            case OfBytes(Bytes ignored, String type) -> type;
        };
    }
}
