package dev.quilla.kubelet.streaming;

import dev.quilla.kubelet.runtime.BytePipe;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** A client on a carrier of memory, which says what it is told to, sense or not. */
final class SpdyClient implements AutoCloseable {

    private final BytePipe up = new BytePipe();
    private final BytePipe down = new BytePipe();
    private final SpdyCodec codec = new SpdyCodec();
    private final Deque<SpdyFrame> received = new ArrayDeque<>();

    /** The server's side of the carrier. */
    Carrier carrier() {
        return new Carrier(up, new PipeOutput(down), this::close);
    }

    void open(int id, Map<String, String> headers) throws IOException {
        DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        headers.forEach((name, value) -> frame.headers().set(name, value));
        send(frame);
    }

    void data(int id, byte[] bytes, boolean last) throws IOException {
        DefaultSpdyDataFrame frame = new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes));
        frame.setLast(last);
        send(frame);
    }

    void send(SpdyFrame frame) throws IOException {
        raw(codec.encode(frame));
    }

    void raw(byte[] bytes) throws IOException {
        new PipeOutput(up).write(bytes);
    }

    /** The next frame of a kind; others before it are passed over. */
    <F extends SpdyFrame> F next(Class<F> kind) throws IOException {
        while (true) {
            while (received.isEmpty()) {
                byte[] buffer = new byte[4096];
                int n = down.read(buffer);
                if (n < 0) {
                    throw new IOException("the server has ended the connection");
                }
                received.addAll(codec.decode(buffer, n));
            }
            SpdyFrame frame = received.remove();
            if (kind.isInstance(frame)) {
                return kind.cast(frame);
            }
        }
    }

    /** Leaves, without a word. */
    @Override
    public void close() {
        up.end();
        down.end();
    }

    private static final class PipeOutput extends OutputStream {

        private final BytePipe pipe;

        PipeOutput(BytePipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                pipe.write(bytes, offset, length);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
