package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.Turn;
import dev.quilla.apiserver.transcript.MemoryExchange;
import dev.quilla.http.Headers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferedAnswerTest {

    private static final int COMPRESSED_FROM = (128 << 10) + 1;
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain");

    @ParameterizedTest
    @ValueSource(ints = {COMPRESSED_FROM, 3 << 20})
    void aLongAnswerIsCompressedForWhoTakesItSo(int bytes) throws IOException {
        byte[] content = words(bytes);
        for (MemoryExchange answer :
                List.of(sentAtOnce(content, "gzip"), sentInParts(content, "gzip"))) {
            assertEquals(200, answer.status());
            Headers headers = answer.answeredHeaders();
            assertEquals(Optional.of("gzip"), headers.first("Content-Encoding"));
            assertTrue(headers.contains("Vary", "Accept-Encoding"));
            assertEquals(Optional.of("text/plain"), headers.first("Content-Type"));
            assertTrue(answer.answer().length < bytes, "less is sent");
            assertArrayEquals(content, uncompressed(answer.answer()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 << 10, COMPRESSED_FROM - 1})
    void aShortAnswerIsSentAsItIs(int bytes) throws IOException {
        assertIsPlain(words(bytes), "gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br", "identity", "gzip;q=0", "gzip; q=0.0", "xgzip"})
    void whoDoesNotTakeItSoGetsItAsItIs(String accepted) throws IOException {
        assertIsPlain(words(300_000), accepted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, deflate, br", "deflate, gzip;q=0.5", "GZIP"})
    void itMayBeAcceptedAmongOthers(String accepted) throws IOException {
        byte[] content = words(300_000);
        assertArrayEquals(content, uncompressed(sentInParts(content, accepted).answer()));
    }

    @Test
    void whatIsBrokenOffHasNoEnd() throws IOException {
        for (String accepted : List.of("", "gzip")) {
            MemoryExchange exchange = exchange(accepted);
            try (BufferedAnswer answer = new BufferedAnswer(exchange, 200, TEXT, Turn.FREE)) {
                answer.write(words(300_000));
                assertTrue(answer.isBegun());
            }
            assertEquals(0, exchange.answer().length, "the client gets no end");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip"})
    void nobodyElseWaitsForItsReader(String accepted) throws IOException {
        Semaphore turns = new Semaphore(1);
        Set<Integer> free = new HashSet<>();
        MemoryExchange slow =
                new MemoryExchange("GET", "/", Map.of(), accepting(accepted), new byte[0]) {
                    @Override
                    protected void sends() {
                        free.add(turns.availablePermits());
                    }
                };
        Turn turn = Turn.of(turns);
        turn.take();
        try (BufferedAnswer answer = new BufferedAnswer(slow, 200, TEXT, turn)) {
            answer.write(words(300_000));
            assertEquals(0, turns.availablePermits(), "while it is written the turn is kept");
            answer.complete();
        }
        assertEquals(Set.of(1), free, "turns while something was sent");
    }

    @Test
    void nothingIsSentBeforeItIsLong() throws IOException {
        MemoryExchange exchange = exchange("");
        try (BufferedAnswer answer = new BufferedAnswer(exchange, 200, TEXT, Turn.FREE)) {
            answer.write(words(1_000));
            assertFalse(answer.isBegun());
        }
        assertEquals(0, exchange.status(), "another answer can be given");
    }

    private static void assertIsPlain(byte[] content, String accepted) throws IOException {
        for (MemoryExchange answer :
                List.of(sentAtOnce(content, accepted), sentInParts(content, accepted))) {
            assertEquals(TEXT, answer.answeredHeaders());
            assertArrayEquals(content, answer.answer());
        }
    }

    private static MemoryExchange sentAtOnce(byte[] content, String accepted) throws IOException {
        MemoryExchange exchange = exchange(accepted);
        BufferedAnswer.send(exchange, 200, TEXT, content);
        return exchange;
    }

    private static MemoryExchange sentInParts(byte[] content, String accepted) throws IOException {
        MemoryExchange exchange = exchange(accepted);
        try (BufferedAnswer answer = new BufferedAnswer(exchange, 200, TEXT, Turn.FREE)) {
            for (int from = 0; from < content.length; from += 1_000) {
                answer.write(content, from, Math.min(1_000, content.length - from));
            }
            answer.complete();
        }
        return exchange;
    }

    private static MemoryExchange exchange(String accepted) {
        return new MemoryExchange("GET", "/", Map.of(), accepting(accepted), new byte[0]);
    }

    private static Headers accepting(String accepted) {
        return accepted.isEmpty() ? Headers.NONE : Headers.of("Accept-Encoding", accepted);
    }

    /** Bytes that can be compressed, though not to nothing. */
    private static byte[] words(int count) {
        byte[] bytes = new byte[count];
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(8));
        }
        return bytes;
    }

    private static byte[] uncompressed(byte[] bytes) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
}
