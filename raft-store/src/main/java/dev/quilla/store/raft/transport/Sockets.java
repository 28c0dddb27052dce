package dev.quilla.store.raft.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * How connections are read and written: by Linux' own means where their library loads, which is
 * fewer system calls for each message, and by the JDK's elsewhere.
 */
final class Sockets {

    private static final boolean NATIVE = Epoll.isAvailable();

    private Sockets() {}

    /**
     * Threads that read and write.
     *
     * @param name how theirs begin
     */
    static EventLoopGroup threads(String name, int count) {
        return new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory(name, true),
                NATIVE ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** A connection to another, for those threads. */
    static Class<? extends SocketChannel> connecting() {
        return NATIVE ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** What others connect to, for those threads. */
    static Class<? extends ServerSocketChannel> listening() {
        return NATIVE ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }
}
