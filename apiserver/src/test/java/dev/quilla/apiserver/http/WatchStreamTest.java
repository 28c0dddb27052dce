package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.Turn;
import dev.quilla.http.AnswerStream;
import dev.quilla.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WatchStreamTest {

    private static final List<byte[]> EVENTS =
            List.of(
                    "one\n".getBytes(StandardCharsets.UTF_8),
                    "two\n".getBytes(StandardCharsets.UTF_8));

    /** Notes what is sent; its client leaves when it is told to. */
    private static final class Noted implements WebSocket {
        private final List<String> sent = new ArrayList<>();
        private final CountDownLatch leaves = new CountDownLatch(1);

        @Override
        public String subprotocol() {
            return "";
        }

        @Override
        public Optional<Message> receive() throws IOException {
            try {
                leaves.await();
                return Optional.empty();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void sendBinary(byte[] bytes, int offset, int length) {
            sent.add("binary " + new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void sendText(String text) {
            sent.add("text " + text);
        }

        @Override
        public void ping() {}

        @Override
        public void close(int code, String reason) {
            sent.add("closed " + code);
        }
    }

    /** An answer that is kept. */
    private static final class Collected extends AnswerStream {
        private final ByteArrayOutputStream out;

        Collected(ByteArrayOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            out.write(b);
        }

        @Override
        public void send(List<byte[]> pieces) {
            pieces.forEach(out::writeBytes);
        }
    }

    private static void sendAll(WatchStream stream) throws IOException {
        for (byte[] event : EVENTS) {
            stream.add(event);
        }
        stream.send();
    }

    @Test
    void eventsOfAnAnswerFollowOneAnother() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (WatchStream stream = WatchStream.ofBytes(new Collected(out), Turn.FREE)) {
            sendAll(stream);
        }
        assertEquals("one\ntwo\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aWebSocketGetsAMessageForEachEvent() throws IOException {
        Noted socket = new Noted();
        try (WatchStream stream = WatchStream.ofMessages(socket, false, Turn.FREE, () -> {})) {
            sendAll(stream);
        }
        assertEquals(List.of("text one\n", "text two\n", "closed 1000"), socket.sent);
    }

    @Test
    void nobodyElseWaitsForItsClient() throws IOException {
        Semaphore turns = new Semaphore(1);
        Set<Integer> free = new HashSet<>();
        Turn turn = Turn.of(turns);
        AnswerStream slow =
                new AnswerStream() {
                    @Override
                    public void write(int b) {}

                    @Override
                    public void send(List<byte[]> pieces) {
                        free.add(turns.availablePermits());
                    }

                    @Override
                    public void close() {
                        free.add(turns.availablePermits());
                    }
                };
        try (WatchStream stream = WatchStream.ofBytes(slow, turn)) {
            turn.take();
            stream.add(new byte[WatchStream.BATCH_BYTES]);
            turn.take();
            stream.add(new byte[1]);
            assertEquals(0, turns.availablePermits(), "while nothing is sent the turn is kept");
            stream.send();
            turn.take();
        }
        assertEquals(Set.of(1), free, "turns while something was sent");
    }

    @Test
    void theWatchEndsWhenItsClientLeaves() throws Exception {
        Noted socket = new Noted();
        CountDownLatch left = new CountDownLatch(1);
        try (WatchStream stream =
                WatchStream.ofMessages(socket, true, Turn.FREE, left::countDown)) {
            stream.send();
            socket.leaves.countDown();
            assertTrue(left.await(10, TimeUnit.SECONDS));
        }
    }
}
