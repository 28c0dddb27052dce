package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one address and carries each connection to a backend, the next one where one does not
 * answer. A client that nobody answers is reset, as if nobody listened. Connections outlive the
 * relay.
 */
final class TcpRelay implements AutoCloseable {

    /** How many connections one relay carries at once; more are closed. */
    static final int CONNECTIONS_MAX = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);
    private static final int CONNECT_MILLIS = 1_000;
    private static final int TRIES_MAX = 8;
    private static final int BACKLOG = 1_024;
    private static final int BLOCK = 16 << 10;
    private static final Duration BREATH = Duration.ofMillis(100);

    private final ServerSocket listener;
    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
    private final Balancer balancer;

    private TcpRelay(ServerSocket listener, Balancer balancer) {
        this.listener = listener;
        this.balancer = balancer;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the address is taken, or not to be had
     */
    static TcpRelay listen(InetSocketAddress address, Balancer balancer) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        TcpRelay relay = new TcpRelay(listener, balancer);
        Thread.ofVirtual().name("relay-" + address).start(relay::accept);
        return relay;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().name("relay-connection").start(() -> serve(client));
                } else {
                    reset(client);
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.warn("relay on {}: {}", listener.getLocalSocketAddress(), e.getMessage());
                    // No descriptor is left, most likely: it would come again at once.
                    LockSupport.parkNanos(BREATH.toNanos());
                }
            }
        }
    }

    private void serve(Socket client) {
        try {
            Optional<Socket> backend = connect(client.getInetAddress());
            if (backend.isPresent()) {
                join(client, backend.get());
            } else {
                reset(client);
            }
        } catch (IOException e) {
            LOG.debug("relay on {}: {}", listener.getLocalSocketAddress(), e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /** A connection to the first backend that takes one. */
    private Optional<Socket> connect(InetAddress client) throws IOException {
        for (Backend next : balancer.candidates(client).stream().limit(TRIES_MAX).toList()) {
            Socket socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.ofLiteral(next.address()), next.port()),
                        CONNECT_MILLIS);
                balancer.succeeded(client, next);
                return Optional.of(socket);
            } catch (IOException e) {
                socket.close();
                balancer.failed(next);
                LOG.debug("backend {} does not answer: {}", next, e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static void join(Socket client, Socket backend)
            throws IOException, InterruptedException {
        try (client;
                backend) {
            for (Socket socket : new Socket[] {client, backend}) {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
            }
            Thread back = Thread.ofVirtual().name("relay-back").start(() -> copy(backend, client));
            copy(client, backend);
            back.join();
        }
    }

    /** One direction; its end is passed on, while the other may go on. */
    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BLOCK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("a relayed connection broke: {}", e.getMessage());
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOG.debug("a connection is gone already: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.warn("closing {}: {}", listener.getLocalSocketAddress(), e.getMessage());
        }
    }
}
