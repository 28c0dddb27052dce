package dev.quilla.store.raft.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets members in, and nobody else, and brings their requests to those who answer. The threads that
 * read requests handle them as well, as far as that does not wait: another one between costs as
 * much as a request. They are shared with nothing that this member sends.
 */
final class Listening implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final int THREADS = 2;
    private static final String MEMBERS_ONLY =
            "only members are let in: a certificate of organization %s is needed";

    private final EventLoopGroup threads = Sockets.threads("from-members", THREADS);

    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final InetSocketAddress address;
    private final Optional<PeerTls> tls;
    private final Function<
                    RaftNettyServerRequestProto, CompletableFuture<RaftNettyServerReplyProto>>
            answers;
    private final Runnable onDisconnect;

    /**
     * Does not listen yet.
     *
     * @param answers does not wait
     * @param onDisconnect told each time when a connection of another has ended; must not wait
     */
    Listening(
            InetSocketAddress address,
            Optional<PeerTls> tls,
            Function<RaftNettyServerRequestProto, CompletableFuture<RaftNettyServerReplyProto>>
                    answers,
            Runnable onDisconnect) {
        this.address = address;
        this.tls = tls;
        this.answers = answers;
        this.onDisconnect = onDisconnect;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the address is taken
     * @throws dev.quilla.store.StoreException if a certificate can't be used
     */
    void start() throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(threads)
                        .channel(Sockets.listening())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(new Pipeline(tls.map(PeerTls::forListening)))
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("can't listen on " + address, bound.cause());
        }
        open.add(bound.channel());
    }

    InetSocketAddress address() {
        return address;
    }

    /** Listens no more and ends all connections. */
    @Override
    public void close() {
        open.close().awaitUninterruptibly();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Pipeline extends ChannelInitializer<SocketChannel> {

        private final Optional<SslContext> context;

        Pipeline(Optional<SslContext> context) {
            this.context = context;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            open.add(channel);
            context.ifPresent(c -> channel.pipeline().addLast(c.newHandler(channel.alloc())));
            channel.pipeline().addLast(Frame.newDecoder(), new Reader());
        }
    }

    private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {

        /** Why all is refused; empty for a member. Set by the first request. */
        private @Nullable Optional<String> refusal;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) throws IOException {
            Frame frame = Frame.read(in);
            if (refusal == null) {
                refusal = refusal(context.channel());
            }
            if (refusal.isPresent()) {
                context.writeAndFlush(Frame.refuse(context.alloc(), frame.call(), refusal.get()));
                return;
            }
            answers.apply(RaftNettyServerRequestProto.parseFrom(frame.message()))
                    .whenComplete((reply, failure) ->
                            context.writeAndFlush(
                                    failure == null
                                            ? Frame.write(context.alloc(), frame.call(), reply)
                                            : Frame.refuse(
                                                    context.alloc(),
                                                    frame.call(),
                                                    Refusal.write(failure)),
                                    context.voidPromise()));
        }

        private Optional<String> refusal(Channel channel) {
            SslHandler secure = channel.pipeline().get(SslHandler.class);
            if (tls.isEmpty()
                    || secure != null && tls.get().isMember(secure.engine().getSession())) {
                return Optional.empty();
            }
            LOG.warn(
                    "refused {}: its certificate is not of {}",
                    channel.remoteAddress(),
                    tls.get().organization());
            return Optional.of(MEMBERS_ONLY.formatted(tls.get().organization()));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            onDisconnect.run();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.info("{}: {}", context.channel().remoteAddress(), cause.getMessage());
            context.close();
        }
    }
}
