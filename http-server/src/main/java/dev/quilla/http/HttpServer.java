package dev.quilla.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** An HTTPS server. */
public final class HttpServer implements AutoCloseable {

    private static final int LINE_MAX = 16 << 10;
    private static final int HEADERS_MAX = 64 << 10;
    private static final int IO_THREADS = 2;
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final HttpServerConfig config;
    private final HttpHandler handler;
    private final ExecutorService requests;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listening = new ArrayList<>();
    private final EventLoopGroup io;

    /** Answers requests with a handler; nothing listens before {@link #start}. */
    public HttpServer(HttpServerConfig config, HttpHandler handler) {
        this.config = config;
        this.handler = handler;
        this.requests =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(config.name() + "-request-", 0).factory());
        this.io =
                new MultiThreadIoEventLoopGroup(
                        IO_THREADS,
                        new DefaultThreadFactory(config.name() + "-io", true),
                        NioIoHandler.newFactory());
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if an address is taken or a certificate can't be used; says which
     */
    public void start() throws IOException {
        SslContext tls = tls();
        Semaphore places = new Semaphore(config.requestsMax());
        for (HttpServerConfig.Listener listener : config.listeners()) {
            ServerBootstrap bootstrap =
                    new ServerBootstrap()
                            .group(io)
                            .channel(NioServerSocketChannel.class)
                            .option(ChannelOption.SO_BACKLOG, 1024)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childOption(ChannelOption.SO_KEEPALIVE, true)
                            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                            .childHandler(initializer(tls, places));
            if (listener.shared()) {
                bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
            }
            var bound =
                    bootstrap
                            .bind(new InetSocketAddress(listener.host(), listener.port()))
                            .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                close();
                throw new IOException(
                        "can't listen on "
                                + listener.host()
                                + ":"
                                + listener.port()
                                + ": "
                                + bound.cause().getMessage()
                                + "; stop what uses the port, or configure another",
                        bound.cause());
            }
            listening.add(bound.channel());
        }
    }

    /** The port of the first listener. */
    public int port() {
        return ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
    }

    private ChannelInitializer<SocketChannel> initializer(SslContext tls, Semaphore places) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channels.add(channel);
                channel.pipeline()
                        .addLast("tls", tls.newHandler(channel.alloc()))
                        .addLast(
                                "http",
                                new HttpServerCodec(
                                        new HttpDecoderConfig()
                                                .setMaxInitialLineLength(LINE_MAX)
                                                .setMaxHeaderSize(HEADERS_MAX)))
                        .addLast(
                                "idle",
                                new IdleStateHandler(
                                        config.idle().toSeconds(), 0, 0, TimeUnit.SECONDS))
                        .addLast(
                                "requests",
                                new Connection(handler, requests, places, config.bodyBytesMax()));
            }
        };
    }

    private SslContext tls() throws IOException {
        HttpServerConfig.Certificates files = config.certificates();
        try {
            return SslContextBuilder.forServer(files.chain().toFile(), files.key().toFile())
                    .trustManager(files.clientCa().toFile())
                    .clientAuth(ClientAuth.OPTIONAL)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "can't use the certificate "
                            + files.chain()
                            + " with the key "
                            + files.key()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Stops listening, ends what is under way, and waits for it. */
    @Override
    public void close() {
        listening.forEach(c -> c.close().awaitUninterruptibly());
        channels.close().awaitUninterruptibly();
        requests.shutdownNow();
        io.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
