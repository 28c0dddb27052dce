package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on one address and carries each connection to one of several backends, in turn. */
final class TcpRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);
    private static final int CONNECT_MILLIS = 1_000;
    private static final int CONNECTIONS_MAX = 4_096;
    private static final int BLOCK = 16 << 10;

    private final ServerSocket listener;
    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<Backend> backends;

    private TcpRelay(ServerSocket listener, List<Backend> backends) {
        this.listener = listener;
        this.backends = backends;
    }

    static TcpRelay listen(InetSocketAddress address, List<Backend> backends) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(address, 1024);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        TcpRelay relay = new TcpRelay(listener, backends);
        Thread.ofVirtual().name("relay-" + address).start(relay::accept);
        return relay;
    }

    int port() {
        return listener.getLocalPort();
    }

    void update(List<Backend> now) {
        backends = now;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().name("relay-connection").start(() -> carry(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                LOG.debug("relay on {}: {}", listener.getLocalSocketAddress(), e.getMessage());
            }
        }
    }

    private void carry(Socket client) {
        try (client;
                Socket backend = connect()) {
            client.setTcpNoDelay(true);
            backend.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().name("relay-back").start(() -> copy(backend, client));
            copy(client, backend);
            back.join();
        } catch (IOException e) {
            LOG.debug("relay on {}: {}", listener.getLocalSocketAddress(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /** A connection to the next backend that takes one. */
    private Socket connect() throws IOException {
        List<Backend> now = backends;
        for (int tries = 0; tries < now.size(); tries++) {
            Backend next = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
            Socket socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.connect(new InetSocketAddress(next.address(), next.port()), CONNECT_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close();
                LOG.debug("backend {} does not answer: {}", next, e.getMessage());
            }
        }
        throw new IOException("no backend answers");
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
