package dev.quilla.store.raft.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * What goes over a connection: four bytes of length, eight with the number of the call, one with
 * the kind, and the content. Numbers are big-endian.
 *
 * @param call which request this is, or answers; unique on its connection
 * @param content of a message: its protobuf form. Of a refusal: why, in UTF-8
 */
record Frame(long call, Kind kind, byte[] content) {

    enum Kind {
        MESSAGE,
        REFUSAL
    }

    /** Longer than the largest that is sent: 8 MiB of entries, or one entry. */
    private static final int LENGTH_MAX = 16 << 20;

    private static final int HEADER = Long.BYTES + 1;

    /** Cuts what arrives into frames; what would be too long ends the connection. */
    static ChannelHandler newDecoder() {
        return new LengthFieldBasedFrameDecoder(LENGTH_MAX, 0, Integer.BYTES, 0, Integer.BYTES);
    }

    /**
     * Reads a frame without its length.
     *
     * @throws IOException if it is none
     */
    static Frame read(ByteBuf in) throws IOException {
        if (in.readableBytes() < HEADER) {
            throw new IOException("a frame of " + in.readableBytes() + " bytes");
        }
        long call = in.readLong();
        int kind = in.readByte();
        if (kind < 0 || kind >= Kind.values().length) {
            throw new IOException("a frame of kind " + kind);
        }
        byte[] content = new byte[in.readableBytes()];
        in.readBytes(content);
        return new Frame(call, Kind.values()[kind], content);
    }

    /** Where to parse a message from; it keeps parts of the content rather than copies. */
    CodedInputStream message() {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(content).newCodedInput();
        in.enableAliasing(true);
        return in;
    }

    /** Why a request was refused. */
    String refusal() {
        return new String(content, StandardCharsets.UTF_8);
    }

    /** A message with its length. */
    static ByteBuf write(ByteBufAllocator memory, long call, MessageLite message) {
        int size = message.getSerializedSize();
        ByteBuf out = begin(memory, call, Kind.MESSAGE, size);
        ByteBuffer place = out.nioBuffer(out.writerIndex(), size);
        try {
            CodedOutputStream coded = CodedOutputStream.newInstance(place);
            message.writeTo(coded);
            coded.flush();
        } catch (IOException e) {
            throw new IllegalStateException("a message is of another size than it says", e);
        }
        return out.writerIndex(out.writerIndex() + size);
    }

    /** A refusal with its length. */
    static ByteBuf refuse(ByteBufAllocator memory, long call, String why) {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        return begin(memory, call, Kind.REFUSAL, text.length).writeBytes(text);
    }

    private static ByteBuf begin(ByteBufAllocator memory, long call, Kind kind, int size) {
        return memory.buffer(Integer.BYTES + HEADER + size)
                .writeInt(HEADER + size)
                .writeLong(call)
                .writeByte(kind.ordinal());
    }
}
