package dev.quilla.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A WebSocket. One thread receives; any thread may send. Both block; pings are answered while
 * receiving.
 */
public interface WebSocket extends AutoCloseable {

    /** The usual end. */
    int NORMAL = 1000;

    /** The other side broke the protocol. */
    int PROTOCOL_ERROR = 1002;

    /** A message is too large to take. */
    int TOO_LARGE = 1009;

    /** The server failed. */
    int SERVER_ERROR = 1011;

    /**
     * A message.
     *
     * @param text whether it is UTF-8 text
     */
    record Message(boolean text, ByteBuffer payload) {

        /** The content. */
        public byte[] bytes() {
            byte[] bytes = new byte[payload.remaining()];
            payload.duplicate().get(bytes);
            return bytes;
        }
    }

    /** The sub-protocol agreed on; empty for none. */
    String subprotocol();

    /**
     * Waits for the next message.
     *
     * @return empty when the client has closed
     * @throws IOException if the connection broke, or the client broke the protocol
     */
    Optional<Message> receive() throws IOException;

    /** Sends bytes; waits while the client does not read. */
    void sendBinary(byte[] bytes, int offset, int length) throws IOException;

    /** Sends bytes; waits while the client does not read. */
    default void sendBinary(byte[] bytes) throws IOException {
        sendBinary(bytes, 0, bytes.length);
    }

    /** Sends text; waits while the client does not read. */
    void sendText(String text) throws IOException;

    /** Asks the other side to show that it is there. */
    void ping() throws IOException;

    /** Says why and ends it. Does nothing when it is closed already. */
    void close(int code, String reason);

    /** Ends it normally. */
    @Override
    default void close() {
        close(NORMAL, "");
    }
}
