package dev.quilla.kubelet.streaming;

import dev.quilla.kubelet.runtime.BytePipe;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A stream that the client has opened. The connection's reader hands in what comes; it waits while
 * nobody reads it here, which holds the client back.
 */
final class SpdyStream implements Duplex {

    private static final int PIECE_BYTES = 16 << 10;

    private final SpdyConnection connection;
    private final int id;
    private final Map<String, String> headers;
    private final BytePipe received = new BytePipe();
    private final Sent sent = new Sent();
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean broken;

    /** A stream with header fields, their names in lower case. */
    SpdyStream(SpdyConnection connection, int id, Map<String, String> headers) {
        this.connection = connection;
        this.id = id;
        this.headers = Map.copyOf(headers);
    }

    int id() {
        return id;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    @Override
    public InputStream input() {
        return new Received();
    }

    @Override
    public OutputStream output() {
        return sent;
    }

    /** Takes what the client sent; for the connection's reader only. */
    void receive(byte[] bytes) throws InterruptedIOException {
        try {
            received.write(bytes, 0, bytes.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a stream is not read");
        }
    }

    /** The client sends no more. */
    void endInput() {
        synchronized (this) {
            inputEnded = true;
        }
        received.end();
        forgetIfOver();
    }

    synchronized boolean takesInput() {
        return !inputEnded && !broken;
    }

    /** The client has given up on the stream, or is gone. */
    void breakOff() {
        synchronized (this) {
            broken = true;
        }
        received.close();
        connection.forget(this);
    }

    @Override
    public void close() {
        if (!isOver()) {
            breakOff();
            connection.tryReset(id, SpdyStreamStatus.CANCEL);
        }
    }

    /** Whether nothing more can come or go. */
    synchronized boolean isOver() {
        return broken || inputEnded && outputEnded;
    }

    private void forgetIfOver() {
        if (isOver()) {
            connection.forget(this);
        }
    }

    private synchronized void checkWhole() throws IOException {
        if (broken) {
            throw new IOException("the client has given up on the stream");
        }
    }

    private void send(byte[] bytes, int offset, int length, boolean last) throws IOException {
        checkWhole();
        DefaultSpdyDataFrame frame =
                new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(bytes, offset, length));
        frame.setLast(last);
        connection.send(frame);
    }

    private final class Received extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = received.read(into, offset, length);
            if (count < 0) {
                checkWhole();
            }
            return count;
        }
    }

    private final class Sent extends OutputStream {

        private final AtomicBoolean ending = new AtomicBoolean();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            int end = offset + length;
            for (int from = offset; from < end; from += PIECE_BYTES) {
                send(bytes, from, Math.min(PIECE_BYTES, end - from), false);
            }
        }

        @Override
        public void close() throws IOException {
            if (!ending.compareAndSet(false, true)) {
                return;
            }
            // Only then is it over: the connection may end with its last stream.
            send(new byte[0], 0, 0, true);
            synchronized (SpdyStream.this) {
                outputEnded = true;
            }
            forgetIfOver();
        }
    }
}
