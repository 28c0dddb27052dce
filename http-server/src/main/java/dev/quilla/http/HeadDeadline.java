package dev.quilla.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which a request's head does not come to its end: a byte now and then is not
 * enough to hold one open. Stands before the decoder; all methods run on the I/O thread.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

    private static final String ANSWER =
            "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    private final Duration limit;
    private boolean expected;
    private @Nullable ScheduledFuture<?> timer;

    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    /** The next bytes are the beginning of a head. */
    void expect() {
        expected = true;
    }

    /** A head is complete. */
    void met() {
        expected = false;
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (expected && timer == null) {
            timer =
                    context.executor()
                            .schedule(
                                    () -> expire(context), limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        context.fireChannelRead(message);
    }

    private static void expire(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.copiedBuffer(ANSWER, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }
}
