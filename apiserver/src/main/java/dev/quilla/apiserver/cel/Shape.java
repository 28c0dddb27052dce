package dev.quilla.apiserver.cel;

import java.util.Map;
import java.util.Optional;

/**
 * What a value looks like that expressions read: what its parts are, and how large it can become.
 *
 * @param kind what it is
 * @param fields of an object, by the names that expressions say
 * @param items of a list, or the values of a map
 * @param sizeMax how many items, entries or bytes of text it can have
 * @param bytesMin how many bytes the smallest one takes as JSON
 */
public record Shape(
        Kind kind, Map<String, Shape> fields, Optional<Shape> items, long sizeMax, long bytesMin) {

    /** What a value is. */
    public enum Kind {
        OBJECT,
        MAP,
        LIST,
        TEXT,
        BYTES,
        INTEGER,
        NUMBER,
        BOOLEAN,
        TIME,
        DURATION,
        /** One of several. */
        ANY
    }

    public Shape {
        fields = Map.copyOf(fields);
    }

    /** A value without parts. */
    public static Shape of(Kind kind, long sizeMax, long bytesMin) {
        return new Shape(kind, Map.of(), Optional.empty(), sizeMax, bytesMin);
    }
}
