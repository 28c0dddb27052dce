package dev.quilla.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 that no well-behaved client speaks: it is broken off, and the next client is served. */
@Timeout(60)
class HostileHttp2Test {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final byte[] GET = {(byte) 0x82, (byte) 0x84, (byte) 0x87, 0x41, 1, 'a'};
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int GOAWAY = 7;

    @TempDir Path directory;

    private final AtomicInteger handled = new AtomicInteger();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                new TestServer(
                        directory,
                        Limits.USUAL.withBodyBytesMax(1 << 10),
                        e -> {
                            handled.incrementAndGet();
                            e.respond(200, Headers.NONE, e.body());
                        });
    }

    @AfterEach
    void stillServesOthers() throws IOException {
        server.closeServing();
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
        for (int stream = 1; stream < 12_000; stream += 2) {
            flood.writeBytes(frame(1, 5, stream, GET));
            flood.writeBytes(frame(3, 0, stream, new byte[] {0, 0, 0, 8}));
        }
        brokenOff(flood.toByteArray());
    }

    /** In small parts, in empty ones, and in large ones. */
    @Test
    void breaksOffAHeadWithoutAnEnd() throws IOException {
        byte[] begun = frame(1, 1, 1, GET);
        brokenOff(begun, frame(9, 0, 1, new byte[0]), 50_000);
        brokenOff(begun, frame(9, 0, 1, field("x", "y")), 50_000);
        brokenOff(begun, frame(9, 0, 1, field("x", "y".repeat(16_000))), 1_000);
    }

    /** An entry of the table, named again and again. */
    @Test
    void breaksOffAHeadThatGrows() throws IOException {
        byte[] stored = literal(0x40, "x", "y".repeat(4_000));
        byte[] named = new byte[16_000];
        Arrays.fill(named, (byte) 0xbe);
        brokenOff(frame(1, 1, 1, joined(GET, stored)), frame(9, 0, 1, named), 100);
    }

    @Test
    void breaksOffABodyOfNothing() throws IOException {
        brokenOff(frame(1, 4, 1, GET), frame(0, 0, 1, new byte[0]), 50_000);
    }

    /** Whoever reads no answers to settings and pings is not sent more and more of them. */
    @Test
    void bearsFloodsWhoseAnswersNobodyReads() throws IOException {
        for (byte[] frame :
                List.of(
                        frame(4, 0, 0, new byte[] {0, 4, 0, 0, 1, 0}),
                        frame(6, 0, 0, new byte[8]))) {
            byte[] many = new byte[frame.length * 10_000];
            for (int i = 0; i < many.length; i += frame.length) {
                System.arraycopy(frame, 0, many, i, frame.length);
            }
            TestSocket client = server.connectHttp2();
            client.send(PREFACE);
            Thread writer = Thread.startVirtualThread(() -> writes(client, many));
            try (TestSocket other = server.connect()) {
                other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals("200 ", other.answer());
            } finally {
                client.close();
                join(writer);
            }
        }
    }

    private static void writes(TestSocket client, byte[] many) {
        try {
            for (int i = 0; i < 50; i++) {
                client.out.write(many);
            }
        } catch (IOException e) {
            // Broken off, which is one way of bearing it.
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upper",
                "a b",
                "a\r\nb",
                "a:b",
                "\u0000",
                "connection",
                "transfer-encoding",
                "content-length",
                ":path",
                ":unknown"
            })
    void handsOnNoFieldThatWouldBeAnotherInHttp1(String name) throws IOException {
        refusedOrBrokenOff(joined(GET, field(name, "chunked")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx: y", "a\nb", "a\u0000b"})
    void handsOnNoValueThatWouldBeMoreInHttp1(String value) throws IOException {
        refusedOrBrokenOff(joined(GET, field("x", value)));
    }

    @Test
    void handsOnNoHeadWithoutAMethodOrAPath() throws IOException {
        refusedOrBrokenOff(new byte[] {(byte) 0x84, (byte) 0x87});
        refusedOrBrokenOff(new byte[] {(byte) 0x82, (byte) 0x87});
        refusedOrBrokenOff(joined(new byte[] {(byte) 0x82, (byte) 0x87}, literal(0, ":path", "")));
        refusedOrBrokenOff(joined(new byte[] {(byte) 0x82, (byte) 0x87}, literal(0, ":path", "*")));
        refusedOrBrokenOff(
                joined(new byte[] {(byte) 0x82, (byte) 0x87}, literal(0, ":path", "/ HTTP/1.1")));
    }

    private void refusedOrBrokenOff(byte[] head) throws IOException {
        int before = handled.get();
        try (TestSocket client = server.connectHttp2()) {
            client.send(PREFACE);
            client.out.write(frame(4, 0, 0, new byte[0]));
            client.out.write(frame(1, 5, 1, head));
            client.out.flush();
            int type;
            do {
                type = skipFrame(client);
            } while (type != HEADERS && type != RESET && type != GOAWAY);
        } catch (SocketTimeoutException e) {
            fail("it is neither answered nor broken off");
        } catch (IOException e) {
            // Closed at once is as good.
        }
        assertEquals(before, handled.get(), "it came to the handler");
    }

    private static int skipFrame(TestSocket client) throws IOException {
        int length = client.in.readUnsignedByte() << 16 | client.in.readUnsignedShort();
        int type = client.in.readUnsignedByte();
        client.in.skipNBytes(5L + length);
        return type;
    }

    private static byte[] field(String name, String value) {
        return literal(0, name, value);
    }

    /** A field as HPACK has it, without Huffman. */
    private static byte[] literal(int kind, String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(kind);
        text(out, name);
        text(out, value);
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                out.write(length & 127 | 128);
            }
            out.write(length);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] joined(byte[] a, byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }

    private void brokenOff(byte[] first, byte[] again, int times) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        for (int i = 0; i < times; i++) {
            all.writeBytes(again);
        }
        brokenOff(all.toByteArray());
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
                if (skipFrame(client) == GOAWAY) {
                    return true;
                }
            }
        } catch (SocketTimeoutException e) {
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
}
