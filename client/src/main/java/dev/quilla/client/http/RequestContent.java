package dev.quilla.client.http;

import dev.quilla.model.Bytes;
import java.io.InputStream;
import java.util.OptionalLong;

/** What a request sends after its head. */
public sealed interface RequestContent {

    /** A request that sends nothing but its head. */
    RequestContent NONE = new Whole(Bytes.EMPTY);

    /** What is there already. */
    record Whole(Bytes bytes) implements RequestContent {}

    /**
     * What is sent while it comes, so that it can be sent only once. It is read by a thread of its
     * own, until its end or until the answer is through; the answer may begin before.
     *
     * @param length in bytes, where that is known; else it is sent in chunks
     */
    record Streamed(InputStream in, OptionalLong length) implements RequestContent {}
}
