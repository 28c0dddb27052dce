package dev.quilla.apiserver.http;

import dev.quilla.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** What carries a watch's events to the client. For one thread. */
interface WatchStream extends AutoCloseable {

    /** Where the next event is to be written. */
    OutputStream next() throws IOException;

    /** Sends what was written; waits while the client does not read. */
    void send() throws IOException;

    /** Says that there are no more. */
    @Override
    void close() throws IOException;

    /** One event after the other, in the body of an answer. */
    static WatchStream ofBytes(OutputStream out) {
        return new WatchStream() {
            private ByteArrayOutputStream batch = new ByteArrayOutputStream();

            @Override
            public OutputStream next() {
                return batch;
            }

            @Override
            public void send() throws IOException {
                if (batch.size() > 0) {
                    out.write(batch.toByteArray());
                    batch = new ByteArrayOutputStream();
                }
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    /**
     * A message for each event, as browsers and some client libraries ask for. What the client says
     * is heard for its end alone.
     *
     * @param onLeft done when the client has left
     */
    static WatchStream ofMessages(WebSocket socket, boolean binary, Runnable onLeft) {
        Thread.ofVirtual().name("watch-messages").start(() -> listen(socket, onLeft));
        return new WatchStream() {
            private ByteArrayOutputStream message = new ByteArrayOutputStream();

            @Override
            public OutputStream next() throws IOException {
                send();
                return message;
            }

            @Override
            public void send() throws IOException {
                if (message.size() == 0) {
                    return;
                }
                if (binary) {
                    socket.sendBinary(message.toByteArray());
                } else {
                    socket.sendText(message.toString(StandardCharsets.UTF_8));
                }
                message = new ByteArrayOutputStream();
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    private static void listen(WebSocket socket, Runnable onLeft) {
        try {
            while (socket.receive().isPresent()) {
                // There is nothing that a client could say.
                continue;
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(WatchStream.class)
                    .debug("a client that watches is gone: {}", e.getMessage());
        } finally {
            onLeft.run();
        }
    }
}
