package dev.quilla.client.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/**
 * A connection on which nothing was said yet.
 *
 * @param end ends it at once, and wakes whoever reads; may be called again, and by any thread
 */
public record Wire(Socket socket, Runnable end) implements AutoCloseable {

    private static final int PROBE_IDLE_SECONDS = 15;
    private static final int PROBE_INTERVAL_SECONDS = 5;
    private static final int PROBES_MAX = 3;

    static Wire connect(URI server, Duration atMost) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(host(server), Dialer.port(server)),
                    Math.toIntExact(atMost.toMillis()));
            socket.setTcpNoDelay(true);
            detectDeadPeers(socket);
            return new Wire(socket, () -> close(socket));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    static String host(URI server) {
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

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
            return;
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
