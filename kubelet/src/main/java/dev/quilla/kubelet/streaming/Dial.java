package dev.quilla.kubelet.streaming;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;

/**
 * One connection of a master to a program of this node, carried by the connection that the master
 * asks on: no frames, no windows, the bytes alone.
 */
public final class Dial {

    private static final String PROTOCOL = "tcp";

    private Dial() {}

    /**
     * Connects, and carries bytes until both sides have ended.
     *
     * @return false, with nothing said yet, if the client does not ask for this protocol
     * @throws java.net.ConnectException if nothing listens there
     */
    public static boolean serve(HttpExchange exchange, PodPorts ports, int port)
            throws IOException {
        boolean asked =
                exchange.headers().contains("Connection", "upgrade")
                        && exchange.headers().contains("Upgrade", PROTOCOL);
        if (asked) {
            try (SocketChannel program = ports.dial(port);
                    Upgraded client =
                            exchange.upgrade(
                                    Headers.of("Connection", "Upgrade")
                                            .with("Upgrade", PROTOCOL))) {
                JoinedConnection joined = new JoinedConnection(new Carried(client), program);
                exchange.onCancel(joined::close);
                joined.run();
            }
        }
        return asked;
    }

    private record Carried(Upgraded client) implements Duplex {

        @Override
        public InputStream input() {
            return client.input();
        }

        @Override
        public OutputStream output() {
            return client.output();
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
