package dev.quilla.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int GOAWAY = 7;

    @TempDir Path directory;

    private final AtomicInteger handled = new AtomicInteger();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                new TestServer(
                        directory,
                        Limits.USUAL.withTimes(SHORT, SHORT, SHORT).withBodyBytesMax(1 << 10),
                        e -> {
                            handled.incrementAndGet();
                            byte[] body = e.body();
                            e.respond(200, Headers.NONE, body);
                        });
    }

    @AfterEach
    void stillServesOthers() throws IOException {
        try (TestSocket client = server.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("200 ", client.answer());
        } finally {
            server.close();
        }
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
    void breaksOffABodyThatMakesNoSense() throws IOException {
        try (TestSocket client = server.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertTrue(drained(client));
        }
    }

    @Test
    void waitsForNobodyWhoDawdles() throws IOException {
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

    @Test
    void breaksOffHttp2ThatBreaksTheRules() throws IOException {
        // Headers on stream 0, a frame that is too long, data on a stream that was never opened,
        // settings of a wrong length, and a window that grows beyond its end.
        brokenOff(frame(1, 5, 0, new byte[] {(byte) 0x82}));
        brokenOff(frame(0, 0, 1, new byte[20_000]));
        brokenOff(frame(0, 0, 5, new byte[] {1, 2, 3}));
        brokenOff(frame(4, 0, 0, new byte[] {1, 2, 3}));
        brokenOff(frame(8, 0, 0, new byte[] {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
        // Headers that are no HPACK.
        brokenOff(frame(1, 5, 1, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
    }

    @Test
    void breaksOffAFloodOfResets() throws IOException {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        byte[] get = {(byte) 0x82, (byte) 0x84, (byte) 0x87, 0x41, 1, 'a'};
        for (int stream = 1; stream < 4_000; stream += 2) {
            flood.writeBytes(frame(1, 5, stream, get));
            flood.writeBytes(frame(3, 0, stream, new byte[] {0, 0, 0, 8}));
        }
        brokenOff(flood.toByteArray());
    }

    private void brokenOff(byte[] frames) throws IOException {
        try (TestSocket client = server.connectHttp2()) {
            client.send(PREFACE);
            client.out.write(frame(4, 0, 0, new byte[0]));
            try {
                client.out.write(frames);
                client.out.flush();
            } catch (IOException e) {
                return; // It was broken off while we were still speaking.
            }
            assertTrue(goesAway(client), "the server says goodbye, or is gone");
        }
    }

    private static boolean goesAway(TestSocket client) {
        try {
            while (true) {
                int length = client.in.readUnsignedByte() << 16 | client.in.readUnsignedShort();
                int type = client.in.readUnsignedByte();
                client.in.skipNBytes(5L + length);
                if (type == GOAWAY) {
                    return true;
                }
            }
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
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
