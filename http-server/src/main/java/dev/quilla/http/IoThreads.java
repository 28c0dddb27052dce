package dev.quilla.http;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;

/**
 * The threads that read and write connections. While there is much to write they still look, every
 * few milliseconds, for what has come: Netty's own would write for up to a second before, so that
 * who reads long answers kept everybody else from being heard.
 */
final class IoThreads extends MultiThreadIoEventLoopGroup {

    private static final long WRITE_MILLIS_MAX = 5;

    IoThreads(String name, int count) {
        super(count, new DefaultThreadFactory(name + "-io", true), NioIoHandler.newFactory());
    }

    @Override
    protected IoEventLoop newChild(
            Executor executor, IoHandlerFactory handlers, Object... arguments) {
        return new SingleThreadIoEventLoop(
                this,
                executor,
                handlers,
                Integer.MAX_VALUE,
                RejectedExecutionHandlers.reject(),
                WRITE_MILLIS_MAX);
    }
}
