package dev.quilla.benchmarks.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A connection to an API server that costs the machine as little as can be: requests are sent as
 * they are given, and of an answer only the head is looked at. HTTP/1.1 over TLS; used by one
 * thread.
 */
final class Connection implements AutoCloseable {

    private static final int TIMEOUT_MS = 90_000;
    private static final int HEAD_BYTES_MAX = 32 << 10;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[64 << 10];
    private int from;
    private int to;

    /** Connects, and does the handshake. */
    Connection(SSLContext tls, URI server) throws IOException {
        this.socket = tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** The bytes of a request. */
    static byte[] request(String method, String path, String headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "%s %s HTTP/1.1\r\nHost: api\r\nUser-Agent: benchmark\r\nContent-Length: %d\r\n%s\r\n"
                        .formatted(method, path, content.length, headers);
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[bytes.length + content.length];
        System.arraycopy(bytes, 0, all, 0, bytes.length);
        System.arraycopy(content, 0, all, bytes.length, content.length);
        return all;
    }

    /**
     * Makes a call.
     *
     * @return how many bytes the answer's content has
     * @throws IOException if the answer has another code
     */
    long call(byte[] request, int code) throws IOException {
        out.write(request);
        out.flush();
        String head = head();
        int answered = Integer.parseInt(head.substring(9, 12));
        if (answered != code) {
            throw new IOException("answered " + head + rest());
        }
        return skipContent(head);
    }

    /** Makes a call, and returns its code unless it went well. */
    Optional<Integer> refused(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        String head = head();
        skipContent(head);
        int code = Integer.parseInt(head.substring(9, 12));
        return code < 300 ? Optional.empty() : Optional.of(code);
    }

    /** Makes a call, and returns the beginning of its answer. */
    String text(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        head();
        if (from == to) {
            fill();
        }
        return rest();
    }

    /** Begins a call whose answer does not end, and returns its content. */
    InputStream stream(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        String head = head();
        if (!head.startsWith("HTTP/1.1 200")) {
            throw new IOException("answered " + head + rest());
        }
        return new Chunks();
    }

    private String head() throws IOException {
        for (int length = 4; length < HEAD_BYTES_MAX; length++) {
            while (to - from < length) {
                fill();
            }
            int end = from + length;
            if (buffer[end - 1] == '\n' && buffer[end - 2] == '\r' && buffer[end - 3] == '\n') {
                String head = new String(buffer, from, length, StandardCharsets.ISO_8859_1);
                from = end;
                return head;
            }
        }
        throw new IOException("a head without an end");
    }

    private String rest() {
        return new String(buffer, from, Math.min(500, to - from), StandardCharsets.UTF_8);
    }

    private long skipContent(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            int start = at + "\r\ncontent-length:".length();
            long length =
                    Long.parseLong(lower.substring(start, lower.indexOf('\r', start)).strip());
            skip(length);
            return length;
        }
        long length = 0;
        for (int chunk = chunkSize(); chunk > 0; chunk = chunkSize()) {
            skip(chunk + 2L);
            length += chunk;
        }
        skip(2);
        return length;
    }

    private int chunkSize() throws IOException {
        int size = 0;
        while (true) {
            if (from == to) {
                fill();
            }
            byte b = buffer[from++];
            if (b == '\n') {
                return size;
            }
            if (b != '\r') {
                size = size * 16 + Character.digit(b, 16);
            }
        }
    }

    private void skip(long bytes) throws IOException {
        long left = bytes;
        while (left > to - from) {
            left -= to - from;
            from = to;
            fill();
        }
        from += (int) left;
    }

    private void fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        to += read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The content of an answer in chunks, without their sizes. */
    private final class Chunks extends InputStream {

        private int left;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                left = chunkSize();
                if (left == 0) {
                    return -1;
                }
            }
            if (from == to) {
                fill();
            }
            int size = Math.min(Math.min(left, length), to - from);
            System.arraycopy(buffer, from, into, offset, size);
            from += size;
            left -= size;
            if (left == 0) {
                skip(2);
            }
            return size;
        }
    }
}
