package dev.quilla.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: gathers a request, hands it to a virtual thread, and reads on only when it is
 * answered. All methods run on the connection's I/O thread.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final HttpHandler handler;
    private final ExecutorService requests;
    private final Semaphore places;
    private final int bodyBytesMax;
    private @Nullable HttpRequest request;
    private ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable NettyExchange exchange;

    Connection(HttpHandler handler, ExecutorService requests, Semaphore places, int bodyBytesMax) {
        this.handler = handler;
        this.requests = requests;
        this.places = places;
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "the request is no valid HTTP");
            return;
        }
        if (part instanceof HttpRequest head) {
            request = head;
            body = new ByteArrayOutputStream();
            if (HttpUtil.is100ContinueExpected(head)) {
                context.writeAndFlush(
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.CONTINUE,
                                Unpooled.EMPTY_BUFFER));
            }
        }
        HttpRequest current = request;
        if (current != null && part instanceof HttpContent content) {
            append(content.content());
            if (body.size() > bodyBytesMax) {
                refuse(
                        context,
                        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                        "the request is larger than " + bodyBytesMax + " bytes");
                return;
            }
            if (part instanceof LastHttpContent) {
                context.channel().config().setAutoRead(false);
                request = null;
                start(context, current, body.toByteArray());
            }
        }
    }

    private void append(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        body.writeBytes(bytes);
    }

    private void start(ChannelHandlerContext context, HttpRequest head, byte[] content) {
        if (!places.tryAcquire()) {
            refuse(context, HttpResponseStatus.SERVICE_UNAVAILABLE, "too many requests at once");
            return;
        }
        NettyExchange current = new NettyExchange(context.channel(), head, content);
        exchange = current;
        try {
            requests.execute(() -> run(context, current));
        } catch (RejectedExecutionException e) {
            places.release();
            context.close();
        }
    }

    private void run(ChannelHandlerContext context, NettyExchange current) {
        try {
            handler.handle(current);
        } catch (IOException e) {
            // The client is gone, or does not follow HTTP: nobody is left to be told.
            LOG.debug("connection to {} ended: {}", current.remote(), e.getMessage());
            context.close();
        } catch (Exception e) {
            LOG.error("{} {} failed", current.method(), current.path(), e);
            current.fail();
        } finally {
            places.release();
            current.finished(() -> {
                exchange = null;
                context.channel().config().setAutoRead(true);
            });
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        NettyExchange current = exchange;
        if (current != null) {
            current.writabilityChanged();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        NettyExchange current = exchange;
        if (current != null) {
            current.cancel();
        }
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && exchange == null) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection from {}: {}", context.channel().remoteAddress(), cause.getMessage());
        context.close();
    }

    private static void refuse(
            ChannelHandlerContext context, HttpResponseStatus status, String why) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        status,
                        Unpooled.copiedBuffer(why + "\n", StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        context.channel().config().setAutoRead(false);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
