package dev.quilla.apiserver.http;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer of any length: a short one is sent whole, so that what fails before its end can still
 * be told; a long one is sent while it is written, in pieces, and waits for its reader. Not to be
 * closed where writing it fails: then the client notices that its end is missing.
 */
final class BufferedAnswer extends OutputStream {

    private static final int PIECE_BYTES = 64 << 10;

    private final HttpExchange exchange;
    private final int code;
    private final Headers headers;
    private byte[] buffer = new byte[4 << 10];
    private int size;
    private @Nullable OutputStream stream;

    BufferedAnswer(HttpExchange exchange, int code, Headers headers) {
        this.exchange = exchange;
        this.code = code;
        this.headers = headers;
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
            if (size == PIECE_BYTES) {
                send();
            }
            int some = Math.min(left, PIECE_BYTES - size);
            if (size + some > buffer.length) {
                buffer = Arrays.copyOf(buffer, roomFor(size + some));
            }
            System.arraycopy(bytes, from, buffer, size, some);
            size += some;
            from += some;
            left -= some;
        }
    }

    private int roomFor(int bytes) {
        return Math.min(PIECE_BYTES, Math.max(bytes, 4 * buffer.length));
    }

    private void send() throws IOException {
        OutputStream open = stream;
        if (open == null) {
            open = exchange.stream(code, headers);
            stream = open;
        }
        open.write(buffer, 0, size);
        size = 0;
    }

    /** Whether some of it is sent already, so that no other answer can be given. */
    boolean isBegun() {
        return stream != null;
    }

    @Override
    public void close() throws IOException {
        OutputStream open = stream;
        if (open == null) {
            exchange.respond(code, headers, Arrays.copyOf(buffer, size));
        } else {
            send();
            open.close();
        }
    }
}
