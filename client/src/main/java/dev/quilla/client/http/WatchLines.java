package dev.quilla.client.http;

import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import dev.quilla.model.RawJson;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.meta.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The events of a watch as lines of JSON. */
final class WatchLines {

    private static final byte[] TYPE = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OBJECT = "\",\"object\":".getBytes(StandardCharsets.US_ASCII);

    private WatchLines() {}

    /**
     * Reads an event; the object stays encoded.
     *
     * @throws WatchEndedException if it is none
     */
    static WatchEvent parse(byte[] line) {
        int nameEnd = nameEnd(line);
        if (nameEnd > 0) {
            String name =
                    new String(line, TYPE.length, nameEnd - TYPE.length, StandardCharsets.US_ASCII);
            byte[] object = Arrays.copyOfRange(line, nameEnd + OBJECT.length, line.length - 1);
            return new WatchEvent(type(name), Body.of(object, Body.JSON));
        }
        return parseAnyOrder(line);
    }

    /** Where the type ends in a line spelled as all servers do; -1 in any other. */
    private static int nameEnd(byte[] line) {
        if (!Arrays.equals(line, 0, Math.min(TYPE.length, line.length), TYPE, 0, TYPE.length)) {
            return -1;
        }
        int end = TYPE.length;
        while (end < line.length && line[end] != '"') {
            end++;
        }
        boolean usual =
                end + OBJECT.length < line.length
                        && Arrays.equals(line, end, end + OBJECT.length, OBJECT, 0, OBJECT.length)
                        && line[line.length - 1] == '}';
        return usual ? end : -1;
    }

    private static WatchEvent parseAnyOrder(byte[] line) {
        try {
            var event =
                    new dev.quilla.model.meta.v1.WatchEvent(
                            JsonCodec.decode(
                                    dev.quilla.model.meta.v1.WatchEvent.definition(), line));
            Bytes object = event.object().map(RawJson::json).orElse(Bytes.EMPTY);
            return new WatchEvent(type(event.type()), new Body.OfBytes(object, Body.JSON));
        } catch (DecodeException e) {
            throw new WatchEndedException("the server sent no event: " + e.getMessage(), e);
        }
    }

    private static WatchEvent.Type type(String name) {
        return switch (name) {
            case "ADDED" -> WatchEvent.Type.ADDED;
            case "MODIFIED" -> WatchEvent.Type.MODIFIED;
            case "DELETED" -> WatchEvent.Type.DELETED;
            case "BOOKMARK" -> WatchEvent.Type.BOOKMARK;
            case "ERROR" -> WatchEvent.Type.ERROR;
            default -> throw new WatchEndedException("the server sent an unknown event " + name);
        };
    }

    /** The failure that an error event reports. */
    static ApiException failure(Body error) {
        int code = 500;
        try {
            code = new Status(error.struct(Status.definition())).code();
        } catch (DecodeException e) {
            // Not a Status: the words in it are passed on all the same.
        }
        return ApiResponse.of(code < 400 ? 500 : code, error).failure();
    }
}
