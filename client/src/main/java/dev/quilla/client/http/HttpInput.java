package dev.quilla.client.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A buffer before a socket. A read that times out loses nothing: lines are taken only when they are
 * whole, so the same call can be made again. Used by one thread.
 */
final class HttpInput {

    private static final int LINE_MAX = 64 << 10;

    private final InputStream in;
    private byte[] buffer = new byte[16 << 10];
    private int start;
    private int end;

    HttpInput(InputStream in) {
        this.in = in;
    }

    /** A line without its end. */
    String readLine() throws IOException {
        int searched = start;
        while (true) {
            for (int i = searched; i < end; i++) {
                if (buffer[i] == '\n') {
                    int last = i > start && buffer[i - 1] == '\r' ? i - 1 : i;
                    String line =
                            new String(buffer, start, last - start, StandardCharsets.ISO_8859_1);
                    start = i + 1;
                    return line;
                }
            }
            int seen = end - start;
            if (seen > LINE_MAX) {
                throw new IOException("a line of the server's answer is too long");
            }
            if (!fill()) {
                throw new EOFException("the server closed the connection");
            }
            searched = start + seen;
        }
    }

    /** Reads at least one byte; -1 at the end. */
    int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (start == end && length >= buffer.length) {
            return in.read(into, offset, length);
        }
        if (start == end && !fill()) {
            return -1;
        }
        int count = Math.min(length, end - start);
        System.arraycopy(buffer, start, into, offset, count);
        start += count;
        return count;
    }

    /** How many bytes can be read without waiting. */
    int buffered() {
        return end - start;
    }

    private boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == buffer.length) {
            byte[] larger = start > 0 ? buffer : new byte[buffer.length * 2];
            System.arraycopy(buffer, start, larger, 0, end - start);
            buffer = larger;
            end -= start;
            start = 0;
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            return false;
        }
        end += count;
        return true;
    }
}
