package dev.quilla.kubelet.streaming;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import dev.quilla.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What SPDY frames travel on: a connection of their own, as older clients ask for, or the messages
 * of a WebSocket, which gets through proxies.
 *
 * @param end closes both directions
 */
record Carrier(InputStream in, OutputStream out, Runnable end) {

    private static final String SPDY = "SPDY/3.1";
    private static final String TUNNEL = SPDY + "+";
    private static final String VERSION = "X-Stream-Protocol-Version";

    /**
     * What a client has asked for and can have.
     *
     * @param protocol what is to be spoken over SPDY
     * @param tunnel whether it is tunnelled in a WebSocket
     */
    record Offer(String protocol, boolean tunnel) {

        /** Answers the client that this is what it gets. */
        Carrier accept(HttpExchange exchange) throws IOException {
            return tunnel
                    ? over(exchange.acceptWebSocket(Optional.of(TUNNEL + protocol)))
                    : over(exchange.upgrade(agreement(protocol)));
        }
    }

    /**
     * What a client asks for: a tunnel or an upgrade, for one of some protocols.
     *
     * @param protocols the dearest first
     * @return empty if the client asks for neither, or for no such protocol
     */
    static Optional<Offer> offer(HttpExchange exchange, List<String> protocols) {
        boolean tunnel = exchange.asksForWebSocket();
        boolean upgrade =
                exchange.headers().contains("Connection", "upgrade")
                        && exchange.headers().contains("Upgrade", SPDY);
        return protocols.stream()
                .filter(p ->
                        tunnel
                                ? exchange.webSocketProtocols().contains(TUNNEL + p)
                                : upgrade && exchange.headers().contains(VERSION, p))
                .findFirst()
                .map(p -> new Offer(p, tunnel));
    }

    private static Headers agreement(String protocol) {
        return Headers.of("Connection", "Upgrade").with("Upgrade", SPDY).with(VERSION, protocol);
    }

    private static Carrier over(Upgraded connection) {
        return new Carrier(connection.input(), connection.output(), connection::close);
    }

    static Carrier over(WebSocket socket) {
        return new Carrier(new Received(socket), new Sent(socket), socket::close);
    }

    /** Where one message ends and the next begins means nothing. */
    private static final class Received extends InputStream {

        private final WebSocket socket;
        private byte[] message = {};
        private int position;

        Received(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            while (position == message.length) {
                Optional<WebSocket.Message> next = socket.receive();
                if (next.isEmpty()) {
                    return -1;
                }
                message = next.get().bytes();
                position = 0;
            }
            int count = Math.min(length, message.length - position);
            System.arraycopy(message, position, into, offset, count);
            position += count;
            return count;
        }
    }

    private static final class Sent extends OutputStream {

        private final WebSocket socket;

        Sent(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.sendBinary(bytes, offset, length);
        }
    }
}
