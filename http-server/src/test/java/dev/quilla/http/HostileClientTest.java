package dev.quilla.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-behaved client sends: each is refused, and the next client is served. */
@Timeout(60)
class HostileClientTest {

    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir Path directory;

    private final AtomicInteger handled = new AtomicInteger();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        start(Limits.USUAL);
    }

    private void start(Limits limits) throws IOException {
        server =
                new TestServer(
                        directory,
                        limits.withBodyBytesMax(1 << 10),
                        e -> {
                            handled.incrementAndGet();
                            byte[] body = e.body();
                            e.respond(200, Headers.NONE, body);
                        });
    }

    private void startImpatient() throws IOException {
        server.close();
        start(Limits.USUAL.withTimes(SHORT, SHORT, SHORT));
    }

    @AfterEach
    void stillServesOthers() throws IOException {
        server.closeServing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
                "G\u0000T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "get / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00ff HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u0000: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\u0000c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                "GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            })
    void refusesWhatMakesNoSense(String request) throws IOException {
        try (TestSocket client = server.connect()) {
            client.send(request);
            String head = client.head();
            assertTrue(head.matches("(?s)HTTP/1\\.1 (400|501|505) .*"), head);
            assertTrue(drained(client), "the connection is of no use any more");
        }
    }

    @Test
    void refusesLongHeads() throws IOException {
        try (TestSocket client = server.connect()) {
            client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 414"));
        }
        try (TestSocket client = server.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(100_000) + "\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 431"));
        }
    }

    /** They would see no answer, had the server closed while they were sending. */
    @Test
    void hearsOutWhomItHasRefused() throws IOException {
        try (TestSocket client = server.connect()) {
            client.send("GET /" + "a".repeat(20_000));
            assertTrue(client.head().startsWith("HTTP/1.1 414"));
            for (int i = 0; i < 50; i++) {
                client.send("a".repeat(20_000));
            }
            assertTrue(drained(client), "nothing follows the answer");
        }
    }

    @Test
    void refusesLongBodiesHoweverTheyCome() throws IOException {
        try (TestSocket client = server.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n");
            client.send("a".repeat(2000));
            assertTrue(client.head().startsWith("HTTP/1.1 413"));
        }
        try (TestSocket client = server.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("7d0\r\n" + "a".repeat(2000) + "\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 413"));
        }
    }

    @Test
    void waitsForNobodyWhoDawdles() throws IOException {
        startImpatient();
        try (TestSocket head = server.connect();
                TestSocket body = server.connect()) {
            head.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
            body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            assertTrue(head.head().startsWith("HTTP/1.1 408"));
            assertTrue(body.head().startsWith("HTTP/1.1 408"));
            assertTrue(drained(head));
        }
    }

    @Test
    void aRequestHiddenInABodyIsABody() throws IOException {
        try (TestSocket client = server.connect()) {
            String hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(hidden.length(), hidden));
            assertEquals("200 " + hidden, client.answer());
            assertEquals(1, handled.get());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n",
                "-1\r\na\r\n0\r\n\r\n",
                "0x1\r\na\r\n0\r\n\r\n",
                "+1\r\na\r\n0\r\n\r\n",
                "1 1\r\na\r\n0\r\n\r\n",
                "\r\na\r\n0\r\n\r\n",
                "ffffffffffffffff1\r\na\r\n0\r\n\r\n",
                "80000000\r\na\r\n0\r\n\r\n",
                "1\r\nabc\r\n0\r\n\r\n",
                "1\na\n0\n\n",
                "1;a=\"\n\r\na\r\n0\r\n\r\n",
                "0\r\nX\u0000: a\r\n\r\n",
                "0\r\nnonsense\r\n\r\n",
            })
    void breaksOffABodyThatMakesNoSense(String chunks) throws IOException {
        try (TestSocket client = server.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send(chunks);
            client.send("GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(drained(client));
            assertTrue(handled.get() <= 1, "what comes after it is no request");
        }
    }

    @Test
    void breaksOffChunksWithMoreAroundThanInThem() throws IOException {
        for (String chunks :
                List.of(
                        "1;" + "x".repeat(100_000),
                        "1;a=b\r\na\r\n".repeat(100_000),
                        "0\r\n" + "X: y\r\n".repeat(20_000) + "\r\n",
                        "0".repeat(100_000) + "\r\n\r\n")) {
            try (TestSocket client = server.connect()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
                sendWhatItTakes(client, chunks);
                assertTrue(drained(client));
            }
        }
    }

    /** A byte now and then does not hold a place for ever. */
    @Test
    void waitsForNoBodyThatDrips() throws Exception {
        startImpatient();
        try (TestSocket client = server.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
            Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        client.send("a");
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // The connection was closed, as it should be.
                }
            });
            assertTrue(client.head().startsWith("HTTP/1.1 408"));
        }
    }

    @Test
    void answersManyRequestsSentAtOnceInTheirOrder() throws IOException {
        int count = 2_000;
        try (TestSocket client = server.connect()) {
            Thread.startVirtualThread(() -> {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < count; i++) {
                    String body = Integer.toString(i);
                    requests.append(
                            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(body.length(), body));
                }
                try {
                    client.send(requests.toString());
                } catch (IOException e) {
                    // The reader sees it too.
                }
            });
            for (int i = 0; i < count; i++) {
                assertEquals("200 " + i, client.answer());
            }
        }
    }

    private static void sendWhatItTakes(TestSocket client, String text) {
        try {
            client.send(text);
        } catch (IOException e) {
            // Broken off while we were still speaking.
        }
    }

    private static boolean drained(TestSocket client) {
        for (int i = 0; i < 100_000; i++) {
            if (client.ended()) {
                return true;
            }
        }
        return false;
    }
}
