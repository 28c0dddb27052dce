package dev.quilla.kubelet.runtime;

import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Opens sockets in a pod's network namespace. A socket belongs for ever to the namespace of the
 * thread that made it, so a thread enters the namespace, makes the socket and ends; it is never
 * used for anything else, and the connection may then be used from anywhere.
 */
final class NamespaceSockets {

    private NamespaceSockets() {}

    /**
     * Connects to a port as the pod sees it: on its own loopback, or else on its address. A pod in
     * the host's network is only known by the address.
     */
    static SocketChannel connect(NetworkNamespace namespace, InetAddress address, int port)
            throws IOException {
        InetSocketAddress target = new InetSocketAddress(address, port);
        return switch (namespace) {
            case NetworkNamespace.Host _ -> connected(SocketChannel.open(), target);
            case NetworkNamespace.OfProcess process -> {
                InetSocketAddress own =
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
                try {
                    yield connected(inNamespace(process.path()), own);
                } catch (ConnectException _) {
                    yield connected(inNamespace(process.path()), target);
                }
            }
        };
    }

    private static SocketChannel connected(SocketChannel channel, InetSocketAddress target)
            throws IOException {
        try {
            channel.connect(target);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel inNamespace(Path path) throws IOException {
        FutureTask<SocketChannel> open =
                new FutureTask<>(() -> {
                    enter(path);
                    return SocketChannel.open(StandardProtocolFamily.INET);
                });
        Thread.ofPlatform().name("netns " + path).daemon().start(open);
        try {
            return open.get();
        } catch (ExecutionException e) {
            throw new IOException("can't open a socket in " + path, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void enter(Path path) throws IOException {
        int namespace = Libc.open(path.toString(), Libc.O_RDONLY_CLOEXEC);
        try {
            Libc.setns(namespace, Libc.CLONE_NEWNET);
        } finally {
            Libc.close(namespace);
        }
    }
}
