package dev.quilla.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A connection after an upgrade, as blocking streams with bounded buffers. */
final class RawConnection extends ChannelInboundHandlerAdapter implements Upgraded {

    private static final int BUFFERED_MAX = 256 << 10;

    private final Channel channel;
    private final Deque<byte[]> received = new ArrayDeque<>();
    private int receivedBytes;
    private boolean ended;

    private RawConnection(Channel channel) {
        this.channel = channel;
    }

    /** Answers with 101 and takes the connection from HTTP. */
    static RawConnection take(Channel channel, Headers headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        headers.fields()
                .forEach((name, values) ->
                        values.forEach(
                                v -> head.append(name).append(": ").append(v).append("\r\n")));
        head.append("\r\n");
        RawConnection connection = new RawConnection(channel);
        try {
            channel.eventLoop()
                    .submit(() -> {
                        channel.pipeline().addLast("raw", connection);
                        channel.pipeline().remove("requests");
                        channel.pipeline().remove("idle");
                        channel.pipeline().remove("http");
                        channel.writeAndFlush(
                                Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
                        channel.config().setAutoRead(true);
                    })
                    .sync();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf buffer)) {
            return;
        }
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        synchronized (this) {
            received.add(bytes);
            receivedBytes += bytes.length;
            if (receivedBytes > BUFFERED_MAX) {
                channel.config().setAutoRead(false);
            }
            notifyAll();
        }
    }

    @Override
    public synchronized void channelInactive(ChannelHandlerContext context) {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized void channelWritabilityChanged(ChannelHandlerContext context) {
        notifyAll();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public InputStream input() {
        return new Input();
    }

    @Override
    public OutputStream output() {
        return new Output();
    }

    @Override
    public void close() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> channel.close());
    }

    private synchronized int read(byte[] into, int offset, int length) throws IOException {
        while (received.isEmpty() && !ended) {
            await();
        }
        byte[] first = received.poll();
        if (first == null) {
            return -1;
        }
        int count = Math.min(length, first.length);
        System.arraycopy(first, 0, into, offset, count);
        if (count < first.length) {
            received.addFirst(java.util.Arrays.copyOfRange(first, count, first.length));
        }
        receivedBytes -= count;
        if (receivedBytes < BUFFERED_MAX / 2) {
            channel.config().setAutoRead(true);
        }
        return count;
    }

    private synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        while (!ended && channel.isActive() && !channel.isWritable()) {
            await();
        }
        if (ended || !channel.isActive()) {
            throw new IOException("the connection is closed");
        }
        channel.writeAndFlush(Unpooled.copiedBuffer(bytes, offset, length));
    }

    private void await() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private final class Input extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length == 0 ? 0 : RawConnection.this.read(into, offset, length);
        }

        @Override
        public void close() {
            RawConnection.this.close();
        }
    }

    private final class Output extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            RawConnection.this.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                RawConnection.this.write(bytes, offset, length);
            }
        }

        @Override
        public void close() {
            RawConnection.this.close();
        }
    }
}
