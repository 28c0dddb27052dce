package dev.quilla.kubelet.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * SPDY/3.1 frames as bytes and back. Headers are compressed with what went before, so each
 * direction has a state: one thread at a time may decode, and one encode.
 */
final class SpdyCodec implements AutoCloseable {

    private static final int DATA_BYTES_MAX = 16 << 10;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int COMPRESSION = 6;
    private static final int WINDOW_BITS = 15;
    private static final int MEMORY_LEVEL = 8;

    private final EmbeddedChannel decoder = new EmbeddedChannel(frames());
    private final EmbeddedChannel encoder = new EmbeddedChannel(frames());

    /** The other side does not speak the protocol: nothing it sends can be understood any more. */
    static final class BrokenException extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenException(Exception cause) {
            super("what came is not SPDY/3.1: " + cause.getMessage(), cause);
        }
    }

    /** The frames that are complete with these bytes; large data comes in pieces. */
    List<SpdyFrame> decode(byte[] bytes, int length) throws BrokenException {
        List<SpdyFrame> frames = new ArrayList<>();
        try {
            decoder.writeInbound(Unpooled.copiedBuffer(bytes, 0, length));
        } catch (Exception e) {
            // Netty throws what its codec reports, whether declared or not.
            throw new BrokenException(e);
        }
        for (SpdyFrame next = decoder.readInbound(); next != null; next = decoder.readInbound()) {
            frames.add(next);
        }
        return frames;
    }

    byte[] encode(SpdyFrame frame) {
        encoder.writeOutbound(frame);
        ByteBuf buffer = encoder.readOutbound();
        try {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            return bytes;
        } finally {
            buffer.release();
        }
    }

    @Override
    public void close() {
        decoder.finishAndReleaseAll();
        encoder.finishAndReleaseAll();
    }

    /** Netty refuses a frame of more than 64 settings. */
    private static SpdyFrameCodec frames() {
        return new SpdyFrameCodec(
                SpdyVersion.SPDY_3_1,
                DATA_BYTES_MAX,
                HEADER_BYTES_MAX,
                COMPRESSION,
                WINDOW_BITS,
                MEMORY_LEVEL);
    }
}
