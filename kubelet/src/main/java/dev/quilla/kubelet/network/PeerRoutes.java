package dev.quilla.kubelet.network;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a pod network about the other nodes, whenever they change. */
public final class PeerRoutes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerRoutes.class);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Informers informers;
    private final Informer<Node> nodes;
    private final PodNetwork network;
    private final String self;
    private final Semaphore changed = new Semaphore(0);
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    /**
     * Follows the cluster's nodes.
     *
     * @param self the name of this node, which is no peer
     */
    public PeerRoutes(ApiClient client, PodNetwork network, String self) {
        this.informers = new Informers(client);
        this.nodes = informers.of(Resources.NODES);
        this.network = network;
        this.self = self;
    }

    /** Starts to follow. */
    public void start() {
        nodes.onChange(_ -> changed.release());
        informers.start();
        thread = Thread.ofVirtual().name("peer-routes").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                boolean woken = changed.tryAcquire(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                LOG.trace("nodes changed: {}", woken);
                changed.drainPermits();
                if (nodes.synced()) {
                    apply();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void apply() {
        List<PeerRoute> peers =
                nodes.all()
                        .filter(n -> !n.name().equals(self))
                        .map(PeerRoutes::route)
                        .flatMap(Optional::stream)
                        .toList();
        try {
            network.peers(peers);
        } catch (IOException e) {
            LOG.warn("routes to other nodes: {}", e.getMessage());
        }
    }

    private static Optional<PeerRoute> route(Node node) {
        return node.spec().podCIDR().isEmpty()
                ? Optional.empty()
                : node.status().addresses().stream()
                        .filter(a -> a.type().equals("InternalIP"))
                        .map(NodeAddress::address)
                        .findFirst()
                        .map(a -> new PeerRoute(node.spec().podCIDR(), InetAddress.ofLiteral(a)));
    }

    @Override
    public void close() {
        thread.interrupt();
        informers.close();
    }
}
