package dev.quilla.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A connection after an upgrade, as blocking streams. Reads from the network only while there is
 * room for it. What was received is under the lock.
 */
final class RawConnection extends ChannelInboundHandlerAdapter implements Upgraded {

    private static final int BUFFERED_BYTES_MAX = 256 << 10;
    private static final int PIECE_BYTES = 64 << 10;

    /** How long a client has to take the last bytes, and then to leave by itself. */
    private static final int FLUSH_SECONDS_MAX = 30;

    private static final int LEAVE_SECONDS_MAX = 1;

    private final Channel channel;
    private final Outbound outbound;
    private final Runnable gone;
    private final Deque<byte[]> received = new ArrayDeque<>();
    private int position;
    private int receivedBytes;
    private boolean paused;
    private boolean ended;
    private boolean closed;

    private RawConnection(Channel channel, Outbound outbound, Runnable gone) {
        this.channel = channel;
        this.outbound = outbound;
        this.gone = gone;
    }

    /**
     * Takes a connection from HTTP, once its last answer is on its way.
     *
     * @param answer sends that answer; runs on the I/O thread
     * @param gone called when the client has left
     */
    static RawConnection take(Channel channel, Outbound outbound, Runnable answer, Runnable gone)
            throws IOException {
        RawConnection connection = new RawConnection(channel, outbound, gone);
        try {
            channel.eventLoop()
                    .submit(() -> {
                        answer.run();
                        connection.replaceHttp();
                    })
                    .sync();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while upgrading a connection");
        }
        return connection;
    }

    private void replaceHttp() {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("raw", this);
        // In this order, so that bytes the decoder has kept come here.
        HttpConnections.HANDLERS.forEach(name -> pipeline.remove(name));
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (channel.isActive()) {
            channel.read();
        } else {
            leave();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf buffer)) {
            ReferenceCountUtil.release(message);
            return;
        }
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        synchronized (this) {
            if (!closed && bytes.length > 0) {
                received.add(bytes);
                receivedBytes += bytes.length;
                notifyAll();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        boolean more;
        synchronized (this) {
            more = closed || receivedBytes < BUFFERED_BYTES_MAX;
            paused = !more;
        }
        if (more) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent
                || event instanceof ChannelInputShutdownEvent) {
            endInput();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    private void leave() {
        endInput();
        outbound.fail(new ClosedChannelException());
        gone.run();
    }

    private synchronized void endInput() {
        ended = true;
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
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            received.clear();
            notifyAll();
        }
        var slow =
                channel.eventLoop()
                        .schedule(() -> channel.close(), FLUSH_SECONDS_MAX, TimeUnit.SECONDS);
        sayEnd(() -> {
            slow.cancel(false);
            // Closing on a client that still sends would make its system forget our last words.
            channel.read();
            channel.eventLoop()
                    .schedule(() -> channel.close(), LEAVE_SECONDS_MAX, TimeUnit.SECONDS);
        });
    }

    /** After all that was written, the end. */
    private void sayEnd(Runnable then) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(flushed -> {
                    SslHandler tls = channel.pipeline().get(SslHandler.class);
                    if (tls == null) {
                        channel.close();
                    } else {
                        tls.closeOutbound().addListener(f -> then.run());
                    }
                });
    }

    private synchronized int read(byte[] into, int offset, int length) throws IOException {
        while (received.isEmpty() && !ended && !closed) {
            await();
        }
        byte[] first = received.peek();
        if (first == null) {
            return -1;
        }
        int count = Math.min(length, first.length - position);
        System.arraycopy(first, position, into, offset, count);
        position += count;
        receivedBytes -= count;
        if (position == first.length) {
            received.remove();
            position = 0;
        }
        if (paused && receivedBytes < BUFFERED_BYTES_MAX / 2) {
            paused = false;
            channel.read();
        }
        return count;
    }

    private void await() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
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

        private boolean ended;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            for (int from = offset; from < end; from += PIECE_BYTES) {
                int size = Math.min(PIECE_BYTES, end - from);
                outbound.send(Unpooled.copiedBuffer(bytes, from, size), size);
            }
        }

        @Override
        public void close() {
            if (!ended) {
                ended = true;
                sayEnd(() -> {});
            }
        }
    }
}
