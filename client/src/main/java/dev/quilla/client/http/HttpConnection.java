package dev.quilla.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

/** One connection to one server. Used by one thread at a time; any thread may close it. */
final class HttpConnection implements AutoCloseable {

    private final Wire wire;
    private final Socket socket;
    private final HttpInput in;
    private final OutputStream out;
    private final TlsMaterial material;
    private final Consumer<HttpConnection> onClose;

    private HttpConnection(
            Wire wire, Socket socket, TlsMaterial material, Consumer<HttpConnection> onClose)
            throws IOException {
        this.wire = wire;
        this.socket = socket;
        this.material = material;
        this.onClose = onClose;
        this.in = new HttpInput(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static HttpConnection open(
            URI server,
            HttpsOptions options,
            TlsSockets tls,
            TlsMaterial material,
            Consumer<HttpConnection> onClose)
            throws IOException {
        Wire wire = options.dialer().dial(server, options.connectTimeout());
        try {
            wire.socket().setSoTimeout(Math.toIntExact(options.connectTimeout().toMillis()));
            Socket socket =
                    server.getScheme().equals("https")
                            ? tls.secure(
                                    wire.socket(), Wire.host(server), Dialer.port(server), material)
                            : wire.socket();
            return new HttpConnection(wire, socket, material, onClose);
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    void send(byte[] head, byte[] body) throws IOException {
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        out.write(all);
        out.flush();
    }

    HttpInput in() {
        return in;
    }

    /** Reads wait at most that long; zero waits for ever. */
    void readTimeout(Duration timeout) throws SocketException {
        long millis = timeout.toMillis();
        socket.setSoTimeout(
                timeout.isZero() ? 0 : Math.toIntExact(Math.clamp(millis, 1, Integer.MAX_VALUE)));
    }

    /** Whether it was opened with these keys. */
    boolean uses(TlsMaterial current) {
        return material.equals(current);
    }

    /** Whether the server has not closed an idle connection meanwhile; takes a millisecond. */
    boolean alive() {
        try {
            socket.setSoTimeout(1);
            // Between two answers a server says nothing, so whatever comes is the end.
            byte[] one = new byte[1];
            int ignored = in.read(one, 0, 1);
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads what the buffer holds, then from the socket. */
    InputStream rawInput() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return in.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return in.read(into, offset, length);
            }

            @Override
            public int available() {
                return in.buffered();
            }
        };
    }

    OutputStream rawOutput() {
        return out;
    }

    /**
     * The connection for another protocol, which this side is the first to speak.
     *
     * @throws IOException if the server has spoken already
     */
    Wire wire() throws IOException {
        if (in.buffered() > 0) {
            throw new IOException("the server speaks before it is asked");
        }
        return new Wire(socket, this::close);
    }

    /** Closes what is under TLS: at once, and whoever reads wakes up. */
    @Override
    public void close() {
        onClose.accept(this);
        wire.close();
    }
}
