package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.Turn;
import dev.quilla.http.AnswerStream;
import dev.quilla.http.WebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What carries a watch's events to the client. For one thread. */
interface WatchStream extends AutoCloseable {

    /** Events that are sent together have not many more bytes than this. */
    int BATCH_BYTES = 64 << 10;

    /**
     * Adds an event; may wait while the client does not read.
     *
     * @param event its bytes, which nobody changes any more
     */
    void add(byte[] event) throws IOException;

    /** Sends what was added; waits while the client does not read. */
    void send() throws IOException;

    /** Says that there are no more. */
    @Override
    void close() throws IOException;

    /**
     * One event after the other, in the body of an answer.
     *
     * @param turn of who makes the events; not kept while the client is waited for
     */
    static WatchStream ofBytes(AnswerStream out, Turn turn) {
        return new WatchStream() {
            private final List<byte[]> batch = new ArrayList<>();
            private int bytes;

            @Override
            public void add(byte[] event) throws IOException {
                batch.add(event);
                bytes += event.length;
                if (bytes >= BATCH_BYTES) {
                    send();
                }
            }

            @Override
            public void send() throws IOException {
                turn.giveBack();
                out.send(batch);
                batch.clear();
                bytes = 0;
            }

            @Override
            public void close() throws IOException {
                turn.giveBack();
                out.close();
            }
        };
    }

    /**
     * A message for each event, as browsers and some client libraries ask for. What the client says
     * is heard for its end alone.
     *
     * @param turn of who makes the events; not kept while the client is waited for
     * @param onLeft done when the client has left
     */
    static WatchStream ofMessages(WebSocket socket, boolean binary, Turn turn, Runnable onLeft) {
        Thread.ofVirtual().name("watch-messages").start(() -> listen(socket, onLeft));
        return new WatchStream() {
            @Override
            public void add(byte[] event) throws IOException {
                turn.giveBack();
                if (binary) {
                    socket.sendBinary(event);
                } else {
                    socket.sendText(new String(event, StandardCharsets.UTF_8));
                }
            }

            @Override
            public void send() {
                // Each is sent already.
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
