package dev.quilla.ctl.pods;

import java.io.IOException;
import java.util.Optional;

/**
 * A WebSocket whose messages begin with the number of a channel, as the API streams exec. One
 * thread reads, any may write.
 */
final class ChannelSocket implements AutoCloseable {

    private final WebSocketLink link;

    /** A message of a channel. */
    record Message(int channel, byte[] frame) {
        /** How many bytes it holds. */
        int length() {
            return frame.length - 1;
        }
    }

    ChannelSocket(WebSocketLink link) {
        this.link = link;
    }

    /** The next message; empty once the server closed. */
    Optional<Message> read() throws IOException {
        return link.read().map(whole -> new Message(whole[0] & 0xff, whole));
    }

    /** Sends bytes on a channel. */
    void send(int channel, byte[] content, int length) throws IOException {
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(content, 0, message, 1, length);
        link.send(message);
    }

    @Override
    public void close() {
        link.close();
    }
}
