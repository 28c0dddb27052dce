package dev.quilla.kubelet.streaming;

import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySessionStatus;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The server's side of SPDY/3.1, as Kubernetes' clients speak it: they open the streams, and no
 * side counts windows. What holds either side back is the connection itself, so a stream that
 * nobody reads holds back all of its connection, as it does everywhere in the field.
 */
final class SpdyConnection implements AutoCloseable {

    /** More at once are refused. A forwarded connection takes two. */
    static final int STREAMS_MAX = 512;

    /** As long as Kubernetes' kubelet lets a connection be that nobody uses. */
    static final Duration IDLE_MAX = Duration.ofHours(4);

    private static final int BUFFER_BYTES = 32 << 10;

    private final Carrier carrier;
    private final Consumer<SpdyStream> opened;
    private final Duration idleMax;
    private final SpdyCodec codec = new SpdyCodec();
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();
    private final AtomicLong moved = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private int lastStream;
    private volatile boolean leaving;

    /**
     * Speaks on a carrier.
     *
     * @param opened called with each new stream, on the thread that reads: it must not wait
     * @param idleMax how long nothing may be sent in either direction before the connection ends
     */
    SpdyConnection(Carrier carrier, Duration idleMax, Consumer<SpdyStream> opened) {
        this.carrier = carrier;
        this.idleMax = idleMax;
        this.opened = opened;
    }

    /** Takes what comes until the client is gone or has said goodbye. Called once. */
    void serve() throws IOException {
        Thread.ofVirtual().name("spdy idle").start(this::watchIdle);
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = carrier.in().read(buffer); n >= 0; n = carrier.in().read(buffer)) {
                moved.incrementAndGet();
                takeAll(codec.decode(buffer, n));
            }
        } catch (SpdyCodec.BrokenException e) {
            send(new DefaultSpdyGoAwayFrame(lastStream, SpdySessionStatus.PROTOCOL_ERROR));
            throw e;
        } finally {
            close();
            codec.close();
        }
    }

    private void takeAll(List<SpdyFrame> frames) throws IOException {
        for (SpdyFrame frame : frames) {
            switch (frame) {
                case SpdySynStreamFrame open -> open(open);
                case SpdyDataFrame data -> receive(data);
                case SpdyRstStreamFrame reset -> breakOff(reset.streamId());
                case SpdyPingFrame ping -> send(new DefaultSpdyPingFrame(ping.id()));
                case SpdyGoAwayFrame _ -> leave();
                default -> {
                    // Windows, settings, later headers: nothing here depends on them.
                }
            }
        }
    }

    private void open(SpdySynStreamFrame frame) throws IOException {
        int id = frame.streamId();
        boolean ours = id % 2 == 0 || id <= lastStream;
        if (ours || frame.isInvalid() || frame.isTruncated()) {
            reset(id, SpdyStreamStatus.PROTOCOL_ERROR);
            return;
        }
        lastStream = id;
        if (leaving || streams.size() >= STREAMS_MAX) {
            reset(id, SpdyStreamStatus.REFUSED_STREAM);
            return;
        }
        SpdyStream stream = new SpdyStream(this, id, headers(frame));
        streams.put(id, stream);
        send(accepted(id));
        if (frame.isLast()) {
            stream.endInput();
        }
        opened.accept(stream);
    }

    /** With a header, since clients in Go take a frame for broken that has none. */
    private static SpdyFrame accepted(int id) {
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(id);
        reply.headers().set("status", "200");
        return reply;
    }

    private static Map<String, String> headers(SpdySynStreamFrame frame) {
        return frame.headers().names().stream()
                .collect(
                        Collectors.toMap(
                                n -> n.toString().toLowerCase(Locale.ROOT),
                                n -> frame.headers().getAsString(n),
                                (first, second) -> first));
    }

    private void receive(SpdyDataFrame frame) throws IOException {
        SpdyStream stream = streams.get(frame.streamId());
        byte[] bytes = new byte[frame.content().readableBytes()];
        frame.content().readBytes(bytes);
        frame.release();
        if (stream == null || !stream.takesInput()) {
            reset(frame.streamId(), SpdyStreamStatus.INVALID_STREAM);
            return;
        }
        stream.receive(bytes);
        if (frame.isLast()) {
            stream.endInput();
        }
    }

    private void breakOff(int id) {
        SpdyStream stream = streams.get(id);
        if (stream != null) {
            stream.breakOff();
        }
    }

    private void leave() {
        leaving = true;
        endIfLeft();
    }

    private void endIfLeft() {
        if (leaving && streams.isEmpty()) {
            carrier.end().run();
        }
    }

    void forget(SpdyStream stream) {
        streams.remove(stream.id());
        endIfLeft();
    }

    /** Sends a frame; waits while the client does not read. */
    void send(SpdyFrame frame) throws IOException {
        sending.lock();
        try {
            byte[] bytes = codec.encode(frame);
            carrier.out().write(bytes);
            moved.incrementAndGet();
        } finally {
            sending.unlock();
        }
    }

    private void reset(int id, SpdyStreamStatus why) throws IOException {
        send(new DefaultSpdyRstStreamFrame(id, why));
    }

    /** Tells the client that a stream is given up, if anybody is there to be told. */
    void tryReset(int id, SpdyStreamStatus why) {
        try {
            reset(id, why);
        } catch (IOException _) {
            close();
        }
    }

    private void watchIdle() {
        try {
            long seen = -1;
            while (seen != moved.get()) {
                seen = moved.get();
                if (ended.await(idleMax.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection and breaks off its streams. */
    @Override
    public void close() {
        ended.countDown();
        carrier.end().run();
        streams.values().forEach(SpdyStream::breakOff);
    }
}
