package dev.quilla.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** An answer that is sent while it is written; see {@link HttpExchange#stream}. */
public abstract class AnswerStream extends OutputStream {

    /**
     * Sends pieces together, one after the other, without copying them.
     *
     * @param pieces never changed any more by anybody
     * @throws IOException as writing them does
     */
    public abstract void send(List<byte[]> pieces) throws IOException;
}
