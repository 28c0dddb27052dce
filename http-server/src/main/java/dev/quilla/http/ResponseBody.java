package dev.quilla.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.List;

/** An answer that is sent while it is written. */
final class ResponseBody extends AnswerStream {

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
        refuseIfClosed();
        int end = offset + length;
        for (int from = offset; !silent && from < end; from += PIECE_BYTES) {
            int size = Math.min(PIECE_BYTES, end - from);
            outbound.send(new DefaultHttpContent(Unpooled.copiedBuffer(bytes, from, size)), size);
        }
    }

    @Override
    public void send(List<byte[]> pieces) throws IOException {
        refuseIfClosed();
        if (!silent && !pieces.isEmpty()) {
            ByteBuf all = Unpooled.wrappedBuffer(pieces.size(), pieces.toArray(byte[][]::new));
            outbound.send(new DefaultHttpContent(all), all.readableBytes());
        }
    }

    private void refuseIfClosed() throws IOException {
        if (closed) {
            throw new IOException("the answer is complete already");
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
