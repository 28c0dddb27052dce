package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address that leads to whichever master answers: for the node's pods, and for people and
 * programs on the node. A master that did not take a connection is asked last until it takes one of
 * a look that is not a client's, so that no client waits for it twice. Bytes pass as they are; TLS
 * is between client and master.
 */
public final class ApiBalancer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiBalancer.class);
    private static final int HTTPS_PORT = 443;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Balancer balancer;
    private final TcpRelay relay;
    private final Thread watcher;

    private ApiBalancer(Balancer balancer, TcpRelay relay) {
        this.balancer = balancer;
        this.relay = relay;
        this.watcher = Thread.ofVirtual().name("api-balancer").unstarted(this::watch);
    }

    /**
     * Starts to listen.
     *
     * @param address an address of this machine; port 0 takes a free one
     * @param masters where the API answers
     * @throws IOException if the address can't be had; the message names it
     */
    public static ApiBalancer listen(InetSocketAddress address, List<URI> masters)
            throws IOException {
        List<Backend> backends = masters.stream().map(ApiBalancer::backend).toList();
        Balancer balancer = new Balancer(Answers.of(backends), client -> true, System::nanoTime);
        try {
            ApiBalancer open = new ApiBalancer(balancer, TcpRelay.listen(address, balancer));
            open.watcher.start();
            return open;
        } catch (IOException e) {
            throw new IOException(
                    "the API balancer can't listen on "
                            + address.getAddress().getHostAddress()
                            + ":"
                            + address.getPort()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Backend backend(URI master) {
        int port = master.getPort() < 0 ? HTTPS_PORT : master.getPort();
        return new Backend(master.getHost(), port, false);
    }

    /** Where it listens. */
    public int port() {
        return relay.port();
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
                balancer.failing().forEach(this::look);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Backend master) {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(
                    new InetSocketAddress(master.address(), master.port()), (int) LOOK.toMillis());
            balancer.succeeded(InetAddress.getLoopbackAddress(), master);
            LOG.info("master {}:{} answers again", master.address(), master.port());
        } catch (IOException e) {
            balancer.failed(master);
            LOG.debug("master {} still does not answer: {}", master, e.getMessage());
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
        relay.close();
    }
}
