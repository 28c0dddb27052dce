package dev.quilla.model.codec;

import dev.quilla.model.Bytes;

/**
 * What is around a protobuf message of an object: its type, which the message itself doesn't say.
 *
 * @param apiVersion empty where it is not said
 * @param kind empty where it is not said
 * @param message the object's message
 */
public record Envelope(String apiVersion, String kind, Bytes message) {}
