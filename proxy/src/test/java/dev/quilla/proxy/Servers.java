package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Backends of all sorts on the loopback, until it is closed. */
final class Servers implements Closeable {

    static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

    private final List<Closeable> open = new ArrayList<>();

    /** Answers with what it was sent. */
    Backend echo() throws IOException {
        return echo(0);
    }

    /** Answers with what it was sent, on a port. */
    Backend echo(int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, LOCAL);
        open.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try {
                            Socket client = server.accept();
                            Thread.ofVirtual().start(() -> answer(client));
                        } catch (IOException _) {
                            // The test's end.
                        }
                    }
                });
        return backend(server);
    }

    private static void answer(Socket client) {
        try (client) {
            byte[] question = client.getInputStream().readAllBytes();
            client.getOutputStream().write(question);
        } catch (IOException _) {
            // The client has seen enough.
        }
    }

    /** Nobody listens there. */
    static Backend refusing() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, LOCAL)) {
            return backend(closed);
        }
    }

    /** Listens, but its queue is full: the kernel answers nothing. */
    Backend silent() throws IOException {
        ServerSocket full = new ServerSocket(0, 1, LOCAL);
        open.add(full);
        try {
            while (true) {
                Socket waiting = new Socket();
                open.add(waiting);
                waiting.connect(full.getLocalSocketAddress(), 200);
            }
        } catch (SocketTimeoutException _) {
            return backend(full);
        }
    }

    private static Backend backend(ServerSocket server) {
        return new Backend("127.0.0.1", server.getLocalPort(), true);
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
    }
}
