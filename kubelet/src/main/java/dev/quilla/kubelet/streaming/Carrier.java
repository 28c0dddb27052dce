package dev.quilla.kubelet.streaming;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import dev.quilla.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
     * Agrees to a tunnel or an upgrade for a protocol.
     *
     * @return empty, and nothing said, if the client asks for neither
     */
    static Optional<Carrier> accept(HttpExchange exchange, String protocol) throws IOException {
        if (exchange.asksForWebSocket()) {
            String tunnelled = TUNNEL + protocol;
            return exchange.webSocketProtocols().contains(tunnelled)
                    ? Optional.of(over(exchange.acceptWebSocket(Optional.of(tunnelled))))
                    : Optional.empty();
        }
        boolean asked =
                exchange.headers().contains("Connection", "upgrade")
                        && exchange.headers().contains("Upgrade", SPDY)
                        && exchange.headers().contains(VERSION, protocol);
        return asked ? Optional.of(over(exchange.upgrade(agreement(protocol)))) : Optional.empty();
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
