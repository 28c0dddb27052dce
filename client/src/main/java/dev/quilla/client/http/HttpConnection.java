package dev.quilla.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/** One connection to one server. Used by one thread at a time; any thread may close it. */
final class HttpConnection implements AutoCloseable {

    private static final int PROBE_IDLE_SECONDS = 15;
    private static final int PROBE_INTERVAL_SECONDS = 5;
    private static final int PROBES_MAX = 3;

    private final Socket raw;
    private final Socket socket;
    private final HttpInput in;
    private final OutputStream out;
    private final TlsMaterial material;
    private final Consumer<HttpConnection> onClose;

    private HttpConnection(
            Socket raw, Socket socket, TlsMaterial material, Consumer<HttpConnection> onClose)
            throws IOException {
        this.raw = raw;
        this.socket = socket;
        this.material = material;
        this.onClose = onClose;
        this.in = new HttpInput(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static HttpConnection open(
            URI server,
            TlsSockets tls,
            TlsMaterial material,
            Duration timeout,
            Consumer<HttpConnection> onClose)
            throws IOException {
        boolean secure = server.getScheme().equals("https");
        int port = server.getPort() >= 0 ? server.getPort() : secure ? 443 : 80;
        String host = host(server);
        int millis = Math.toIntExact(timeout.toMillis());
        Socket raw = new Socket();
        try {
            raw.connect(new InetSocketAddress(host, port), millis);
            raw.setTcpNoDelay(true);
            detectDeadPeers(raw);
            raw.setSoTimeout(millis);
            Socket socket = secure ? tls.secure(raw, host, port, material) : raw;
            return new HttpConnection(raw, socket, material, onClose);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static String host(URI server) {
        String host = server.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** A watch may be silent for minutes: let the kernel find out when the peer is gone. */
    private static void detectDeadPeers(Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, PROBE_IDLE_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_INTERVAL_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES_MAX);
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

    /** Closes the socket under TLS: at once, and whoever reads wakes up. */
    @Override
    public void close() {
        onClose.accept(this);
        try {
            raw.close();
        } catch (IOException e) {
            // It is closed all the same.
            return;
        }
    }
}
