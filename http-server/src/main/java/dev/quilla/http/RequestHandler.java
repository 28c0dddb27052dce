package dev.quilla.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one HTTP/1.1 connection, one after the other, or the one request of an HTTP/2
 * stream. Reads from the network only what somebody waits for: the next head, or the next piece of
 * a body. All methods run on the connection's I/O thread.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    /** How much of a body that nobody read is thrown away for the sake of the connection. */
    private static final int DISCARDED_BYTES_MAX = 16 << 20;

    private static final int DISCARDING_SECONDS_MAX = 2;

    private final Requests requests;
    private final Limits limits;
    private final @Nullable HeadDeadline deadline;
    private @Nullable ChannelHandlerContext context;
    private @Nullable NettyExchange current;
    private @Nullable HttpRequest pipelined;
    private @Nullable ScheduledFuture<?> timer;
    private boolean begun;
    private boolean bodyEnded = true;
    private boolean reading;
    private boolean upgrading;
    private boolean refused;
    private boolean closing;
    private boolean leaving;
    private int discardedBytes;

    /**
     * Serves a connection or a stream.
     *
     * @param deadline of the heads of an HTTP/1.1 connection; null for a stream, whose head is
     *     complete when it begins
     */
    RequestHandler(Requests requests, Limits limits, @Nullable HeadDeadline deadline) {
        this.requests = requests;
        this.limits = limits;
        this.deadline = deadline;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (added.channel().isActive()) {
            awaitHead(added);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        awaitHead(active);
        active.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        reading = false;
        try {
            if (!refused && message instanceof HttpObject part) {
                take(from, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (leaving) {
            read(from);
        }
    }

    private void take(ChannelHandlerContext from, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            NettyExchange running = current;
            if (running != null) {
                running.bodyStream().fail(new IOException("the request's body is no valid HTTP"));
                running.closeAfterwards();
                return;
            }
            Refusal refusal = Refusal.of(part.decoderResult().cause());
            refuse(from, refusal.status(), refusal.why());
            return;
        }
        if (part instanceof HttpRequest head) {
            if (current == null) {
                begin(from, head);
            } else {
                // Sent before its turn: waits, and with it all that comes after it.
                pipelined = ReferenceCountUtil.retain(head);
                return;
            }
        }
        if (part instanceof HttpContent content && !refused) {
            if (isStream() && !begun) {
                // A head without a method is taken for what may follow a body.
                refuse(from, HttpResponseStatus.BAD_REQUEST, "the request has no method");
                return;
            }
            body(from, content);
        }
    }

    private void begin(ChannelHandlerContext from, HttpRequest head) {
        begun = true;
        stopTimer();
        if (deadline != null) {
            deadline.met();
        }
        String problem = RequestRules.problem(head, isStream());
        if (!problem.isEmpty()) {
            refuse(from, HttpResponseStatus.BAD_REQUEST, problem);
            return;
        }
        NettyExchange exchange = new NettyExchange(this, from.channel(), head, limits);
        bodyEnded = false;
        // What follows the head of an upgrade is not HTTP, and not for the decoder.
        upgrading = head.headers().contains(HttpHeaderNames.UPGRADE);
        discardedBytes = 0;
        current = exchange;
        if (!requests.start(exchange)) {
            current = null;
            String why =
                    requests.stopping() ? "the server is stopping" : "too many requests at once";
            refuse(from, HttpResponseStatus.SERVICE_UNAVAILABLE, why);
            return;
        }
        read(from);
    }

    private void body(ChannelHandlerContext from, HttpContent content) {
        NettyExchange exchange = current;
        int bytes = content.content().readableBytes();
        if (exchange != null) {
            byte[] piece = new byte[bytes];
            content.content().readBytes(piece);
            exchange.bodyStream().add(piece);
        } else {
            discardedBytes += bytes;
        }
        if (content instanceof LastHttpContent) {
            bodyEnded = true;
            if (exchange != null) {
                exchange.bodyStream().end();
                if (!upgrading) {
                    // Nothing is expected now; reading on is how a client's leaving is noticed.
                    read(from);
                }
            } else {
                awaitHead(from);
            }
        } else if (exchange == null) {
            discard(from);
        }
    }

    /** Somebody waits for the next piece of the body. Any thread may call it. */
    void more(Channel channel) {
        ChannelHandlerContext own = context;
        if (own != null) {
            channel.eventLoop()
                    .execute(() -> {
                        if (current != null && !bodyEnded) {
                            read(own);
                        }
                    });
        }
    }

    /** The answer is complete, or the handler gave up. */
    void answered(NettyExchange exchange, boolean keepAlive) {
        ChannelHandlerContext own = context;
        if (own == null || current != exchange) {
            return;
        }
        current = null;
        if (!keepAlive || requests.stopping()) {
            closeInPeace(own);
        } else if (bodyEnded) {
            awaitHead(own);
        } else {
            discard(own);
        }
    }

    /** The connection no longer belongs to HTTP. */
    void handOver() {
        current = null;
        refused = true;
        stopTimer();
    }

    private void awaitHead(ChannelHandlerContext from) {
        if (closing) {
            from.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        HttpRequest next = pipelined;
        if (next != null) {
            pipelined = null;
            try {
                begin(from, next);
            } finally {
                ReferenceCountUtil.release(next);
            }
            return;
        }
        if (deadline != null) {
            deadline.expect();
        }
        closeAfter(from, limits.idle().toMillis());
        read(from);
    }

    /** Reads what is left of a body that nobody wanted, so that the client reads its answer. */
    private void discard(ChannelHandlerContext from) {
        if (discardedBytes > DISCARDED_BYTES_MAX) {
            from.close();
            return;
        }
        if (timer == null) {
            closeAfter(from, TimeUnit.SECONDS.toMillis(DISCARDING_SECONDS_MAX));
        }
        read(from);
    }

    /** Closing on a client that still sends would make its system forget the answer. */
    private void closeInPeace(ChannelHandlerContext from) {
        closing = true;
        if (bodyEnded) {
            awaitHead(from);
        } else {
            stopTimer();
            discard(from);
        }
    }

    private void refuse(ChannelHandlerContext from, HttpResponseStatus status, String why) {
        refused = true;
        stopTimer();
        LOG.debug("refused a request from {}: {}", from.channel().remoteAddress(), why);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        status,
                        Unpooled.copiedBuffer(why + "\n", StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
        }
        from.writeAndFlush(response).addListener(written -> leave(from));
    }

    /**
     * Says that nothing follows, but hears out for a moment who may still be sending what was
     * refused, for the same reason.
     */
    private void leave(ChannelHandlerContext from) {
        SslHandler tls = from.pipeline().get(SslHandler.class);
        if (tls == null) {
            from.close();
            return;
        }
        leaving = true;
        closeAfter(from, TimeUnit.SECONDS.toMillis(DISCARDING_SECONDS_MAX));
        tls.closeOutbound();
        read(from);
    }

    private void read(ChannelHandlerContext from) {
        if (!reading) {
            reading = true;
            from.read();
        }
    }

    private void closeAfter(ChannelHandlerContext from, long millis) {
        stopTimer();
        timer = from.executor().schedule(() -> from.close(), millis, TimeUnit.MILLISECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private boolean isStream() {
        return deadline == null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ServerEvent.STOPPING && current == null) {
            from.close();
        }
        from.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        stopTimer();
        if (pipelined != null) {
            ReferenceCountUtil.release(pipelined);
            pipelined = null;
        }
        NettyExchange running = current;
        if (running != null) {
            running.gone();
        }
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        LOG.debug("connection from {}: {}", from.channel().remoteAddress(), cause.getMessage());
        from.close();
    }
}
