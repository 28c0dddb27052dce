package dev.quilla.store.raft.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.jspecify.annotations.Nullable;

/**
 * One connection to another member, for as long as it holds: many requests at a time, sent in the
 * order of the calls. When it ends, all that is unanswered fails. Thread-safe; never blocks.
 */
final class Connection {

    /** Within one machine room; who takes longer is as good as away. */
    private static final int CONNECT_MS = 2_000;

    /** More unanswered requests than members send while things are well. */
    private static final int CALLS_MAX = 8_192;

    /** What becomes of a request. Must not wait for what becomes of another. */
    interface Handler {

        void answered(RaftNettyServerReplyProto reply);

        /** The other refuses, can't be reached, or the connection has ended before it answered. */
        void failed(IOException why);
    }

    private final String address;
    private final Map<Long, Handler> calls = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final ChannelFuture connected;
    private volatile @Nullable IOException end;

    /**
     * Begins to connect.
     *
     * @param address host and port
     */
    Connection(EventLoopGroup threads, Optional<SslContext> tls, String address) {
        this.address = address;
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        this.connected =
                new Bootstrap()
                        .group(threads)
                        .channel(Sockets.connecting())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
                        .handler(new Pipeline(tls, host, port))
                        .connect(host, port);
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                end("can't be reached", done.cause());
            }
        });
    }

    /** Whether calls can't succeed any more. */
    boolean isOver() {
        return end != null;
    }

    /**
     * Sends a request.
     *
     * @param handler told once, by the thread that reads, never by the one that calls
     */
    void call(RaftNettyServerRequestProto request, Handler handler) {
        if (calls.size() >= CALLS_MAX) {
            failLater(handler, new IOException(CALLS_MAX + " requests wait for " + address));
            return;
        }
        long number = numbers.incrementAndGet();
        calls.put(number, handler);
        IOException over = end;
        if (over != null) {
            if (calls.remove(number) != null) {
                failLater(handler, over);
            }
        } else {
            send(number, request);
        }
    }

    /** The caller may hold locks that a handler wants. */
    private void failLater(Handler handler, IOException why) {
        connected.channel().eventLoop().execute(() -> handler.failed(why));
    }

    private void fail(Handler handler, IOException why) {
        EventLoop thread = connected.channel().eventLoop();
        if (thread.inEventLoop()) {
            handler.failed(why);
        } else {
            thread.execute(() -> handler.failed(why));
        }
    }

    /**
     * In the order of the calls, whoever makes them: the thread that writes would else write its
     * own at once, and overtake what other threads have left for it.
     */
    private void send(long number, RaftNettyServerRequestProto request) {
        Channel channel = connected.channel();
        ByteBuf frame = Frame.write(channel.alloc(), number, request);
        channel.eventLoop().execute(() -> connected.addListener(done -> write(frame)));
    }

    private void write(ByteBuf frame) {
        if (connected.isSuccess()) {
            connected.channel().writeAndFlush(frame, connected.channel().voidPromise());
        } else {
            frame.release();
        }
    }

    /** Ends it; all that is unanswered fails. */
    void close(String why) {
        end(why, null);
        connected.channel().close();
    }

    private void end(String what, @Nullable Throwable cause) {
        IOException over =
                new IOException(
                        address
                                + ": "
                                + what
                                + (cause == null ? "" : " (" + cause.getMessage() + ")"),
                        cause);
        synchronized (this) {
            if (end == null) {
                end = over;
            }
        }
        for (Long number : calls.keySet()) {
            Handler handler = calls.remove(number);
            if (handler != null) {
                fail(handler, over);
            }
        }
    }

    private final class Pipeline extends ChannelInitializer<SocketChannel> {

        private final Optional<SslContext> tls;
        private final String host;
        private final int port;

        Pipeline(Optional<SslContext> tls, String host, int port) {
            this.tls = tls;
            this.host = host;
            this.port = port;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            tls.ifPresent(
                    t -> channel.pipeline().addLast(t.newHandler(channel.alloc(), host, port)));
            channel.pipeline().addLast(Frame.newDecoder(), new Reader());
        }
    }

    private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) throws IOException {
            Frame frame = Frame.read(in);
            Handler handler = calls.remove(frame.call());
            if (handler == null) {
                return;
            }
            if (frame.kind() == Frame.Kind.REFUSAL) {
                handler.failed(Refusal.read(address, frame.refusal()));
            } else {
                handler.answered(RaftNettyServerReplyProto.parseFrom(frame.message()));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end("the connection has ended", null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end("the connection has failed", cause);
            context.close();
        }
    }
}
