package dev.quilla.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An HTTPS server: HTTP/1.1 and HTTP/2 on the same port, each request on a virtual thread. */
public final class HttpServer implements AutoCloseable {

    private static final int IO_THREADS = 2;
    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final HttpServerConfig config;
    private final Requests requests;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listening = new ArrayList<>();
    private final IoThreads io;
    private final Handshakes handshakes;
    private boolean closed;

    /** Answers requests with a handler; nothing listens before {@link #start}. */
    public HttpServer(HttpServerConfig config, HttpHandler handler) {
        this.config = config;
        this.requests = new Requests(config.name(), handler, config.limits().requestsMax());
        this.io = new IoThreads(config.name(), IO_THREADS);
        this.handshakes = new Handshakes(config.name());
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if an address is taken or a certificate can't be used; says which
     */
    public void start() throws IOException {
        TlsContext tls = new TlsContext(config.certificates(), System::nanoTime);
        HttpConnections connections =
                new HttpConnections(tls, handshakes, config.limits(), requests, open);
        for (HttpServerConfig.Listener listener : config.listeners()) {
            ChannelFuture bound =
                    bootstrap(connections, listener)
                            .bind(new InetSocketAddress(listener.host(), listener.port()))
                            .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                close();
                String message =
                        "can't listen on %s: %s; stop what uses the port, or configure another"
                                .formatted(listener, bound.cause().getMessage());
                throw new IOException(message, bound.cause());
            }
            listening.add(bound.channel());
        }
    }

    private ServerBootstrap bootstrap(
            HttpConnections connections, HttpServerConfig.Listener listener) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(io)
                        .channel(io.listening())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .childHandler(connections);
        return listener.shared() ? bootstrap.option(io.sharedPort(), true) : bootstrap;
    }

    /** The port of the first listener. */
    public int port() {
        return ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
    }

    /**
     * Stops listening, tells those who wait that they should come to their end, and waits for them
     * until {@link Limits#drain} is over; then ends what is left.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        listening.forEach(c -> c.close().awaitUninterruptibly());
        requests.stop();
        open.forEach(c -> c.pipeline().fireUserEventTriggered(ServerEvent.STOPPING));
        requests.awaitNone(config.limits().drain());
        open.close().awaitUninterruptibly(config.limits().drain().toMillis());
        requests.close();
        io.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        handshakes.close();
    }
}
