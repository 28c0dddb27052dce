package dev.quilla.apiserver.outbound;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Supplier;

/**
 * Where kubelets are. Each must show a certificate in its node's name, so that an address in a
 * node's status leads nowhere else. Thread-safe.
 */
public final class Kubelets {

    private final ObjectStore objects;
    private final Supplier<TlsMaterial> tls;
    private final ApiResource nodes = Schema.builtin().find(Resources.NODES.gvr()).orElseThrow();

    /**
     * Looks up nodes there.
     *
     * @param tls with the masters' certificate for kubelets; asked for each connection
     */
    public Kubelets(ObjectStore objects, Supplier<TlsMaterial> tls) {
        this.objects = objects;
        this.tls = tls;
    }

    /**
     * The kubelet of a node.
     *
     * @throws OutboundException if there is no such node, or it has no kubelet yet
     */
    public Backend of(String node) throws OutboundException {
        Stored stored =
                objects.find(objects.newest(), nodes, ObjectKey.cluster(node))
                        .orElseThrow(
                                () -> new OutboundException("node \"" + node + "\" is not there"));
        return of(new Node(stored.object()));
    }

    /**
     * The kubelet of a node.
     *
     * @throws OutboundException if it has none yet
     */
    public Backend of(Node node) throws OutboundException {
        int port = node.status().daemonEndpoints().kubeletEndpoint().Port();
        if (port == 0) {
            throw new OutboundException(
                    "node \"" + node.name() + "\" has not said yet where its kubelet is");
        }
        try {
            return Backend.of(
                    url("https", address(node), port), tls.get().withServerName(node.name()));
        } catch (UncheckedIOException e) {
            throw new OutboundException(
                    "the masters' certificate for kubelets can't be read: " + e.getMessage());
        }
    }

    /** Where a node is reached. */
    public static String address(Node node) {
        return node.status().addresses().stream()
                .filter(a -> a.type().equals("InternalIP"))
                .map(NodeAddress::address)
                .findFirst()
                .orElse(node.name());
    }

    /** The URL of a port. */
    public static URI url(String scheme, String host, int port) {
        String plain = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + plain + ":" + port);
    }
}
