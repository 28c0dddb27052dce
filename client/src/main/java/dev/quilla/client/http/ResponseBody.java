package dev.quilla.client.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a response, up to its end and no further. A read that times out can be made again.
 * Closing does nothing: the connection is its owner's.
 */
abstract sealed class ResponseBody extends InputStream {

    boolean finished;

    /** The body that follows a head. */
    static ResponseBody of(String method, ResponseHead head, HttpInput in) throws IOException {
        if (method.equals("HEAD") || head.code() == 204 || head.code() == 304) {
            return new Fixed(in, 0);
        }
        if (head.headers().has("Transfer-Encoding", "chunked")) {
            return new Chunked(in);
        }
        String length = head.headers().first("Content-Length").orElse("");
        if (length.isEmpty()) {
            return new UntilClosed(in);
        }
        if (!length.matches("\\d{1,18}")) {
            throw new IOException("bad Content-Length in the server's answer");
        }
        return new Fixed(in, Long.parseLong(length));
    }

    /** Whether all of it was read, so that the connection can serve another call. */
    boolean reusable() {
        return finished;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        // Who has all that it wants must not wait for what comes then.
        return length == 0 ? 0 : some(into, offset, length);
    }

    /** Reads at least a byte, or answers -1 at the end. */
    abstract int some(byte[] into, int offset, int length) throws IOException;

    /** So many bytes. */
    static final class Fixed extends ResponseBody {
        private final HttpInput in;
        private long left;

        Fixed(HttpInput in, long length) {
            this.in = in;
            this.left = length;
            this.finished = length == 0;
        }

        @Override
        int some(byte[] into, int offset, int length) throws IOException {
            if (finished) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the server closed the connection amid its answer");
            }
            left -= count;
            finished = left == 0;
            return count;
        }
    }

    /** Chunks, each after a line with its length. */
    static final class Chunked extends ResponseBody {
        private final HttpInput in;
        private long left;
        private State state = State.SIZE;

        private enum State {
            SIZE,
            DATA,
            DATA_END,
            TRAILER
        }

        Chunked(HttpInput in) {
            this.in = in;
        }

        @Override
        int some(byte[] into, int offset, int length) throws IOException {
            while (!finished) {
                switch (state) {
                    case SIZE -> {
                        left = size(in.readLine());
                        state = left == 0 ? State.TRAILER : State.DATA;
                    }
                    case DATA -> {
                        return data(into, offset, length);
                    }
                    case DATA_END -> {
                        in.readLine();
                        state = State.SIZE;
                    }
                    case TRAILER -> finished = in.readLine().isEmpty();
                }
            }
            return -1;
        }

        private int data(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the server closed the connection amid its answer");
            }
            left -= count;
            if (left == 0) {
                state = State.DATA_END;
            }
            return count;
        }

        private static long size(String line) throws IOException {
            int semicolon = line.indexOf(';');
            String hex = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
            if (!hex.matches("[0-9a-fA-F]{1,15}")) {
                throw new IOException("bad chunk in the server's answer");
            }
            return Long.parseLong(hex, 16);
        }
    }

    /** Whatever comes until the server closes the connection. */
    static final class UntilClosed extends ResponseBody {
        private final HttpInput in;

        UntilClosed(HttpInput in) {
            this.in = in;
        }

        @Override
        boolean reusable() {
            return false;
        }

        @Override
        int some(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, length);
        }
    }
}
