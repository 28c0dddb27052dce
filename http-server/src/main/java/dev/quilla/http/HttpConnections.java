package dev.quilla.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets new connections up: TLS first, then HTTP/2 or HTTP/1.1, as client and server agree. */
final class HttpConnections extends ChannelInitializer<SocketChannel> {

    /** What speaks HTTP/1.1 on a connection, in the order in which it can be taken away. */
    static final List<String> HANDLERS =
            List.of("deadline", "decoder", "requests", "turnstile", "encoder");

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnections.class);

    /** Programs that watch much do so on one connection, each watch being a request. */
    private static final int STREAMS_MAX = 4_096;

    /** In that time a client may give up as many requests as it may have open. */
    private static final int RESETS_SECONDS = 30;

    /** How much of a body a client may send ahead of whoever reads it. */
    private static final int WINDOW_BYTES = 256 << 10;

    /**
     * How long a client may take to end a connection that this side has ended. A system resets one
     * that is closed while something has come and was not read, which an HTTP/2 client sends at any
     * time; and with a reset the client loses what it had not read yet of its answers.
     */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final TlsContext tls;
    private final Handshakes handshakes;
    private final Limits limits;
    private final Requests requests;
    private final ChannelGroup open;

    HttpConnections(
            TlsContext tls,
            Handshakes handshakes,
            Limits limits,
            Requests requests,
            ChannelGroup open) {
        this.tls = tls;
        this.handshakes = handshakes;
        this.limits = limits;
        this.requests = requests;
        this.open = open;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        if (requests.stopping() || open.size() >= limits.connectionsMax()) {
            LOG.debug("no room for a connection from {}", channel.remoteAddress());
            channel.close();
            return;
        }
        open.add(channel);
        SslHandler handler = tls.handler(channel.alloc(), handshakes.of(channel));
        handler.setHandshakeTimeoutMillis(limits.head().toMillis());
        channel.pipeline().addLast("tls", handler).addLast(new Agreement());
    }

    private void http1(ChannelPipeline pipeline) {
        // From here on only what somebody waits for is read.
        pipeline.channel().config().setAutoRead(false);
        HeadDeadline deadline = new HeadDeadline(limits.head());
        pipeline.addLast("deadline", deadline)
                .addLast("decoder", new StrictRequestDecoder(limits))
                .addLast("encoder", new HttpResponseEncoder())
                .addLast("turnstile", new Turnstile())
                .addLast("requests", new RequestHandler(requests, limits, deadline));
    }

    private void http2(ChannelPipeline pipeline) {
        pipeline.get(SslHandler.class).setCloseNotifyReadTimeoutMillis(FAREWELL.toMillis());
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(STREAMS_MAX)
                                        .initialWindowSize(WINDOW_BYTES)
                                        .maxHeaderListSize(limits.headerBytesMax()))
                        .decoderEnforceMaxRstFramesPerWindow(STREAMS_MAX, RESETS_SECONDS)
                        .gracefulShutdownTimeoutMillis(limits.drain().toMillis())
                        .build();
        pipeline.addLast(codec)
                .addLast(new Http2MultiplexHandler(new Streams()))
                .addLast(
                        new IdleStateHandler(0, 0, limits.idle().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new Http2Keeper(codec));
    }

    /** Which protocol it is to be. */
    private final class Agreement extends ApplicationProtocolNegotiationHandler {

        Agreement() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                http2(context.pipeline());
            } else {
                http1(context.pipeline());
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("no TLS with {}: {}", context.channel().remoteAddress(), cause.getMessage());
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            handshakeFailure(context, cause);
        }
    }

    /** Each stream of an HTTP/2 connection is one request. */
    private final class Streams extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel stream) {
            stream.config().setAutoRead(false);
            stream.pipeline()
                    .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                    .addLast("requests", new RequestHandler(requests, limits, null));
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    /** Ends HTTP/2 connections on which nothing goes on. */
    private static final class Http2Keeper extends ChannelInboundHandlerAdapter {

        private final Http2FrameCodec codec;

        Http2Keeper(Http2FrameCodec codec) {
            this.codec = codec;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            boolean unused = codec.connection().numActiveStreams() == 0;
            if (event == ServerEvent.STOPPING || event instanceof IdleStateEvent && unused) {
                // Says so first, and lets open streams come to their end.
                context.close();
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug(
                    "connection from {}: {}",
                    context.channel().remoteAddress(),
                    cause.getMessage());
            context.close();
        }
    }
}
