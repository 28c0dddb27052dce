package dev.quilla.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;

/** An answer that is sent while it is written. */
final class ResponseBody extends OutputStream {

    private static final int PIECE_BYTES = 64 << 10;

    private final NettyExchange exchange;
    private final Outbound outbound;
    private final boolean silent;
    private boolean closed;

    /**
     * Writes to a client.
     *
     * @param silent for answers to HEAD, which have no body
     */
    ResponseBody(NettyExchange exchange, Outbound outbound, boolean silent) {
        this.exchange = exchange;
        this.outbound = outbound;
        this.silent = silent;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the answer is complete already");
        }
        int end = offset + length;
        for (int from = offset; !silent && from < end; from += PIECE_BYTES) {
            int size = Math.min(PIECE_BYTES, end - from);
            outbound.send(new DefaultHttpContent(Unpooled.copiedBuffer(bytes, from, size)), size);
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            outbound.send(LastHttpContent.EMPTY_LAST_CONTENT, 0);
            exchange.complete();
        }
    }
}
