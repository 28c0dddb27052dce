package dev.quilla.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets one message through for each {@code read()}, though the decoder before it makes many of what
 * it gets at once. All methods run on the connection's I/O thread.
 */
final class Turnstile extends ChannelDuplexHandler {

    private final Deque<Object> waiting = new ArrayDeque<>();
    private boolean wanted;
    private boolean passing;

    @Override
    public void read(ChannelHandlerContext context) {
        wanted = true;
        pass(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        waiting.add(message);
        pass(context);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (wanted) {
            context.read();
        }
    }

    /** Whoever gets a message may ask for the next at once: that must not go deeper each time. */
    private void pass(ChannelHandlerContext context) {
        if (passing) {
            return;
        }
        passing = true;
        try {
            while (wanted && !waiting.isEmpty()) {
                wanted = false;
                context.fireChannelRead(waiting.poll());
            }
        } finally {
            passing = false;
        }
        if (wanted) {
            context.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        while (!waiting.isEmpty()) {
            context.fireChannelRead(waiting.poll());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.forEach(m -> ReferenceCountUtil.release(m));
        waiting.clear();
        context.fireChannelInactive();
    }
}
