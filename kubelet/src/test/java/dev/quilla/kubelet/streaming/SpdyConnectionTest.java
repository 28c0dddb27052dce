package dev.quilla.kubelet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySessionStatus;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpdyConnectionTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final SpdyClient client = new SpdyClient();
    private final BlockingQueue<SpdyStream> opened = new LinkedBlockingQueue<>();

    @Test
    void carriesBothDirectionsOfAStreamUntilEachHasEnded() throws Exception {
        serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        assertEquals(1, client.next(SpdySynReplyFrame.class).streamId());
        SpdyStream stream = stream();
        assertEquals("data", stream.header("streamtype").orElseThrow());

        client.data(1, "to the".getBytes(UTF_8), false);
        client.data(1, " pod".getBytes(UTF_8), true);
        assertEquals("to the pod", new String(stream.input().readAllBytes(), UTF_8));
        stream.output().write("from it".getBytes(UTF_8));
        stream.output().close();

        assertEquals("from it", client.next(SpdyDataFrame.class).content().toString(UTF_8));
        assertTrue(client.next(SpdyDataFrame.class).isLast());
        assertTrue(stream.isOver());
    }

    @Test
    void aStreamGivenUpByTheClientCanBeNeitherReadNorWritten() throws Exception {
        serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        SpdyStream stream = stream();
        client.send(new DefaultSpdyRstStreamFrame(1, SpdyStreamStatus.CANCEL));
        assertThrows(IOException.class, () -> stream.input().read());
        assertThrows(IOException.class, () -> stream.output().write(1));
    }

    @Test
    void closingAStreamThatIsNotOverResetsIt() throws Exception {
        serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        stream().close();
        assertReset(1, SpdyStreamStatus.CANCEL);
    }

    @Test
    void streamsBreakOffWhenTheClientIsGone() throws Exception {
        CompletableFuture<Void> served = serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        SpdyStream stream = stream();
        client.close();
        assertThrows(IOException.class, () -> stream.input().read());
        served.get();
    }

    @Test
    void refusesMoreStreamsThanTheMost() throws Exception {
        serve(LONG);
        for (int i = 0; i < SpdyConnection.STREAMS_MAX; i++) {
            client.open(2 * i + 1, Map.of("streamtype", "data"));
            client.next(SpdySynReplyFrame.class);
        }
        int next = 2 * SpdyConnection.STREAMS_MAX + 1;
        client.open(next, Map.of("streamtype", "data"));
        assertReset(next, SpdyStreamStatus.REFUSED_STREAM);
    }

    @Test
    void resetsAStreamWhoseNumberIsTheServersOrWasUsed() throws Exception {
        serve(LONG);
        client.open(2, Map.of("streamtype", "data"));
        assertReset(2, SpdyStreamStatus.PROTOCOL_ERROR);
        client.open(5, Map.of("streamtype", "data"));
        client.next(SpdySynReplyFrame.class);
        client.open(3, Map.of("streamtype", "data"));
        assertReset(3, SpdyStreamStatus.PROTOCOL_ERROR);
    }

    @Test
    void resetsAStreamWithHeadersPastAllMeasure() throws Exception {
        serve(LONG);
        client.open(1, Map.of("port", "8".repeat(20_000)));
        assertReset(1, SpdyStreamStatus.PROTOCOL_ERROR);
        assertTrue(opened.isEmpty());
    }

    @Test
    void resetsDataForNoStream() throws Exception {
        serve(LONG);
        client.data(7, new byte[10], false);
        assertReset(7, SpdyStreamStatus.INVALID_STREAM);
    }

    @Test
    void resetsDataAfterTheEndOfIt() throws Exception {
        serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        client.data(1, new byte[10], true);
        client.data(1, new byte[10], false);
        assertReset(1, SpdyStreamStatus.INVALID_STREAM);
    }

    @Test
    void endsTheConnectionAtBytesThatAreNoFrames() throws Exception {
        CompletableFuture<Void> served = serve(LONG);
        client.raw(ByteBuffer.allocate(12).putInt(0x80020001).array());
        SpdyGoAwayFrame bye = client.next(SpdyGoAwayFrame.class);
        assertEquals(SpdySessionStatus.PROTOCOL_ERROR, bye.status());
        ExecutionException e = assertThrows(ExecutionException.class, served::get);
        assertInstanceOf(SpdyCodec.BrokenException.class, e.getCause());
    }

    @Test
    void holdsTheClientBackWhileNobodyReads() throws Exception {
        serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        SpdyStream stream = stream();
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        Thread sender = new Thread(() -> sendOrFail(sent));
        sender.start();
        while (sender.getState() != Thread.State.WAITING) {
            assertTrue(sender.isAlive(), "all was taken, though nobody reads");
            Thread.onSpinWait();
        }
        assertArrayEquals(sent, stream.input().readAllBytes());
        sender.join();
    }

    @Test
    void goesWhenTheClientHasSaidGoodbyeAndItsStreamsAreOver() throws Exception {
        CompletableFuture<Void> served = serve(LONG);
        client.open(1, Map.of("streamtype", "data"));
        SpdyStream stream = stream();
        client.send(new DefaultSpdyGoAwayFrame(0));
        client.open(3, Map.of("streamtype", "data"));
        assertReset(3, SpdyStreamStatus.REFUSED_STREAM);
        assertFalse(served.isDone());
        client.data(1, new byte[0], true);
        stream.output().close();
        served.get();
    }

    @Test
    void whatIsSentLastGoesOutBeforeTheConnectionEnds() throws Exception {
        AtomicReference<SpdyStream> ending = new AtomicReference<>();
        AtomicBoolean ended = new AtomicBoolean();
        Carrier carrier = client.carrier();
        OutputStream out =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        // The client's last word comes just now.
                        Optional.ofNullable(ending.get()).ifPresent(SpdyStream::endInput);
                        assertFalse(ended.get());
                        carrier.out().write(bytes, offset, length);
                    }
                };
        Runnable end =
                () -> {
                    ended.set(true);
                    carrier.end().run();
                };
        CompletableFuture<Void> served = serve(new Carrier(carrier.in(), out, end), LONG);
        client.open(1, Map.of("streamtype", "data"));
        SpdyStream stream = stream();
        client.send(new DefaultSpdyGoAwayFrame(0));
        client.open(3, Map.of("streamtype", "data"));
        assertReset(3, SpdyStreamStatus.REFUSED_STREAM);
        ending.set(stream);
        stream.output().close();
        assertTrue(client.next(SpdyDataFrame.class).isLast());
        served.get();
    }

    @Test
    void endsWhenNothingMovesForTooLong() throws Exception {
        CompletableFuture<Void> served = serve(Duration.ofMillis(20));
        client.open(1, Map.of("streamtype", "data"));
        SpdyStream stream = stream();
        assertThrows(IOException.class, () -> stream.input().read());
        served.get();
    }

    private void sendOrFail(byte[] bytes) {
        try {
            for (int from = 0; from < bytes.length; from += 1 << 14) {
                byte[] piece = Arrays.copyOfRange(bytes, from, from + (1 << 14));
                client.data(1, piece, from + piece.length == bytes.length);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SpdyStream stream() throws InterruptedException {
        SpdyStream stream = opened.poll(20, TimeUnit.SECONDS);
        assertTrue(stream != null, "no stream was opened");
        return stream;
    }

    private void assertReset(int id, SpdyStreamStatus why) throws IOException {
        SpdyRstStreamFrame reset = client.next(SpdyRstStreamFrame.class);
        assertEquals(id, reset.streamId());
        assertEquals(why, reset.status());
    }

    private CompletableFuture<Void> serve(Duration idleMax) {
        return serve(client.carrier(), idleMax);
    }

    private CompletableFuture<Void> serve(Carrier carrier, Duration idleMax) {
        SpdyConnection connection = new SpdyConnection(carrier, idleMax, opened::add);
        CompletableFuture<Void> served = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        connection.serve();
                        served.complete(null);
                    } catch (IOException e) {
                        served.completeExceptionally(e);
                    }
                });
        return served;
    }
}
