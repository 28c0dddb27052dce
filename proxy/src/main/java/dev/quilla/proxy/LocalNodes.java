package dev.quilla.proxy;

import dev.quilla.client.Change;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The nodes of this kernel: under {@code quilla up} there are several, and one proxy serves them
 * all. Thread-safe.
 */
final class LocalNodes implements Supplier<Set<String>> {

    private final String self;
    private final Informer<Node> nodes;

    /**
     * Follows the cluster's nodes by informers that somebody else starts.
     *
     * @param self the name of this node
     */
    LocalNodes(Informers informers, String self) {
        this.self = self;
        this.nodes = informers.of(Resources.NODES);
    }

    /** Their names. */
    @Override
    public Set<String> get() {
        Set<String> names = new TreeSet<>(Set.of(self));
        nodes.all()
                .filter(n -> addresses(n).stream().anyMatch(LocalNodes::isOwn))
                .forEach(n -> names.add(n.name()));
        return names;
    }

    /** Calls when they may be others; on the informer's thread. */
    void onChange(Runnable listener) {
        nodes.onChange(change -> {
            if (!(change instanceof Change.Updated<Node>(Node before, Node now))
                    || !addresses(before).equals(addresses(now))) {
                listener.run();
            }
        });
    }

    private static List<String> addresses(Node node) {
        return node.status().addresses().stream()
                .filter(a -> a.type().equals("InternalIP"))
                .map(NodeAddress::address)
                .toList();
    }

    private static boolean isOwn(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) != null;
        } catch (IllegalArgumentException _) {
            return false;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }
}
