package dev.quilla.kubelet.probes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * One request over a connection of its own, in plain HTTP/2 without an upgrade. Blocks; one thread
 * uses it. Headers are compressed and read by Netty's tables, the frames around them (RFC 9113) by
 * hand: a single small exchange needs few of them.
 */
final class Http2Call {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int CONTINUATION = 9;

    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;

    private static final int STREAM = 1;
    private static final int FRAME_BYTES_MAX = 16 << 10;
    private static final long HEADER_BYTES_MAX = 8 << 10;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final int bodyBytesMax;
    private final DefaultHttp2HeadersDecoder decoder =
            new DefaultHttp2HeadersDecoder(false, HEADER_BYTES_MAX);
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /**
     * What was answered.
     *
     * @param last the headers that ended it: trailers, if there were any
     */
    record Answer(Http2Headers last, byte[] body) {}

    private record Frame(int type, int flags, byte[] payload) {

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /** Speaks on a connection; an answer with a larger body is refused. */
    Http2Call(DataInputStream in, DataOutputStream out, int bodyBytesMax) {
        this.in = in;
        this.out = out;
        this.bodyBytesMax = bodyBytesMax;
    }

    /** Sends a request and reads all of the answer, which has to end with headers. */
    Answer exchange(Http2Headers headers, byte[] content) throws IOException {
        ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
        preface.readBytes(out, preface.readableBytes());
        send(SETTINGS, 0, 0, new byte[0]);
        send(HEADERS, END_HEADERS, STREAM, encoded(headers));
        send(DATA, END_STREAM, STREAM, content);
        out.flush();
        while (true) {
            Frame frame = receive();
            switch (frame.type()) {
                case SETTINGS, PING -> acknowledge(frame);
                case DATA -> take(frame);
                case HEADERS -> {
                    Http2Headers received = headers(frame);
                    if (frame.has(END_STREAM)) {
                        return new Answer(received, body.toByteArray());
                    }
                }
                case RESET -> throw new IOException("the program reset the stream");
                case GO_AWAY -> throw new IOException("the program refused the connection");
                default -> {
                    // Windows and priorities: one small exchange needs neither.
                }
            }
        }
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    private Frame receive() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        if (length > FRAME_BYTES_MAX || stream > STREAM) {
            throw new IOException("the program does not speak HTTP/2");
        }
        return new Frame(type, flags, in.readNBytes(length));
    }

    private void acknowledge(Frame frame) throws IOException {
        if (!frame.has(ACK)) {
            send(frame.type(), ACK, 0, frame.type() == PING ? frame.payload() : new byte[0]);
            out.flush();
        }
    }

    private void take(Frame frame) throws IOException {
        ByteBuf content = content(frame);
        if (body.size() + content.readableBytes() > bodyBytesMax) {
            throw new IOException("the answer is longer than " + bodyBytesMax + " bytes");
        }
        content.readBytes(body, content.readableBytes());
        if (frame.has(END_STREAM)) {
            throw new IOException("the answer ends without a status");
        }
    }

    private Http2Headers headers(Frame first) throws IOException {
        block.reset();
        ByteBuf content = content(first);
        content.readBytes(block, content.readableBytes());
        for (Frame frame = first; !frame.has(END_HEADERS); ) {
            frame = receive();
            if (frame.type() != CONTINUATION || block.size() > HEADER_BYTES_MAX) {
                throw new IOException("the answer's headers are cut off or without measure");
            }
            block.writeBytes(frame.payload());
        }
        try {
            return decoder.decodeHeaders(STREAM, Unpooled.wrappedBuffer(block.toByteArray()));
        } catch (Http2Exception e) {
            throw new IOException("the answer's headers can't be read: " + e.getMessage(), e);
        }
    }

    /** A payload without what pads it. */
    private static ByteBuf content(Frame frame) throws IOException {
        ByteBuf content = Unpooled.wrappedBuffer(frame.payload());
        try {
            int padding = frame.has(PADDED) ? content.readUnsignedByte() : 0;
            if (frame.type() == HEADERS && frame.has(PRIORITY)) {
                content.skipBytes(5);
            }
            return content.slice(content.readerIndex(), content.readableBytes() - padding);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("a frame is padded beyond its end", e);
        }
    }

    private static byte[] encoded(Http2Headers headers) throws IOException {
        ByteBuf buffer = Unpooled.buffer();
        try (DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder()) {
            encoder.encodeHeaders(STREAM, headers, buffer);
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            return bytes;
        } catch (Http2Exception e) {
            throw new IOException("the request's headers can't be written", e);
        }
    }
}
