package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.Turn;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer of any length: a short one is sent whole, so that what fails before its end can still
 * be told; a long one is sent while it is written, in pieces, compressed for who takes it so, and
 * waits for its reader. One that is closed before it is complete is broken off, which its client
 * notices.
 */
final class BufferedAnswer extends OutputStream {

    private static final int PIECE_BYTES = 64 << 10;

    /** Up to here compressing would cost more than it spares; kube-apiserver's bound. */
    private static final int PLAIN_BYTES_MAX = 128 << 10;

    private final HttpExchange exchange;
    private final int code;
    private final Headers headers;
    private final Turn turn;
    private final boolean compressed;
    private byte[] buffer = new byte[4 << 10];
    private int size;
    private @Nullable OutputStream stream;
    private @Nullable Gzip gzip;

    /**
     * An answer that is yet to be written.
     *
     * @param turn of who writes it; not kept while its reader is waited for
     */
    BufferedAnswer(HttpExchange exchange, int code, Headers headers, Turn turn) {
        this.exchange = exchange;
        this.code = code;
        this.headers = headers;
        this.turn = turn;
        this.compressed = Gzip.isAccepted(exchange);
    }

    /** Sends an answer that is there as a whole. */
    static void send(HttpExchange exchange, int code, Headers headers, byte[] content)
            throws IOException {
        if (content.length <= PLAIN_BYTES_MAX || !Gzip.isAccepted(exchange)) {
            exchange.respond(code, headers, content);
            return;
        }
        try (BufferedAnswer answer = new BufferedAnswer(exchange, code, headers, Turn.FREE)) {
            answer.write(content);
            answer.complete();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (size == pieceBytes()) {
                send();
            }
            int some = Math.min(left, pieceBytes() - size);
            if (size + some > buffer.length) {
                buffer = Arrays.copyOf(buffer, roomFor(size + some));
            }
            System.arraycopy(bytes, from, buffer, size, some);
            size += some;
            from += some;
            left -= some;
        }
    }

    private int pieceBytes() {
        return compressed ? PLAIN_BYTES_MAX : PIECE_BYTES;
    }

    private int roomFor(int bytes) {
        return Math.min(pieceBytes(), Math.max(bytes, 4 * buffer.length));
    }

    private void send() throws IOException {
        OutputStream open = stream;
        if (open == null) {
            open = open();
            stream = open;
        }
        open.write(buffer, 0, size);
        size = 0;
    }

    private OutputStream open() throws IOException {
        if (!compressed) {
            return new Sent(exchange.stream(code, headers));
        }
        gzip = new Gzip(new Sent(exchange.stream(code, Gzip.mark(headers))));
        return gzip;
    }

    /** What is on its way to the reader, who may take long: nobody else waits for that. */
    private final class Sent extends FilterOutputStream {

        Sent(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            turn.giveBack();
            out.write(bytes, offset, length);
            turn.take();
        }

        @Override
        public void close() throws IOException {
            turn.giveBack();
            super.close();
        }
    }

    /** Whether some of it is sent already, so that no other answer can be given. */
    boolean isBegun() {
        return stream != null;
    }

    /** Sends what is left of it. */
    void complete() throws IOException {
        OutputStream open = stream;
        if (open == null) {
            exchange.respond(code, headers, Arrays.copyOf(buffer, size));
        } else {
            send();
            open.close();
        }
    }

    @Override
    public void close() {
        if (gzip != null) {
            gzip.giveUp();
        }
    }
}
