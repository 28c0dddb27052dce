package dev.quilla.http;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.net.StandardSocketOptions;
import java.util.concurrent.Executor;

/**
 * The threads that read and write connections. While there is much to write they still look, every
 * few milliseconds, for what has come: Netty's own would write for up to a second before, so that
 * who reads long answers kept everybody else from being heard.
 *
 * <p>They work by Linux' own means where their library loads, which is fewer system calls for each
 * message, and by the JDK's elsewhere.
 */
final class IoThreads extends MultiThreadIoEventLoopGroup {

    private static final long WRITE_MILLIS_MAX = 5;
    private static final boolean NATIVE = Epoll.isAvailable();

    IoThreads(String name, int count) {
        super(
                count,
                new DefaultThreadFactory(name + "-io", true),
                NATIVE ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** What clients connect to, for these threads. */
    Class<? extends ServerSocketChannel> listening() {
        return NATIVE ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Whether other processes may listen on the same port. */
    ChannelOption<Boolean> sharedPort() {
        return NATIVE
                ? UnixChannelOption.SO_REUSEPORT
                : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
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
