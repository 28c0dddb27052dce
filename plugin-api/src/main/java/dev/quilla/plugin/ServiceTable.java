package dev.quilla.plugin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All services as one node should serve them; immutable.
 *
 * @param generation rises with every change
 * @param ports each port of each service, by its key, in a stable order
 */
public record ServiceTable(long generation, Map<ServicePortKey, ServicePort> ports) {

    /** A table without services. */
    public static final ServiceTable EMPTY = new ServiceTable(0, Map.of());

    public ServiceTable {
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
    }

    /**
     * A port of a service.
     *
     * @param namespace the service's namespace
     * @param service the service's name
     * @param port the port's name; empty where it has none
     */
    public record ServicePortKey(String namespace, String service, String port)
            implements Comparable<ServicePortKey> {

        @Override
        public int compareTo(ServicePortKey other) {
            int byNamespace = namespace.compareTo(other.namespace);
            if (byNamespace != 0) {
                return byNamespace;
            }
            int byService = service.compareTo(other.service);
            return byService != 0 ? byService : port.compareTo(other.port);
        }

        @Override
        public String toString() {
            return namespace + "/" + service + (port.isEmpty() ? "" : ":" + port);
        }
    }

    /**
     * How one port of a service is reached, and what answers. The service's traffic policies and
     * the state of its pods are settled here: a proxy only does what the lists say.
     *
     * <p>Clients of the service's own address get one of {@code backends}. Clients of a node port
     * or an external address get one of {@code clusterBackends} where they are pods or the node
     * itself, else one of {@code externalBackends}. Where the list for a client is empty, its
     * packets are dropped, since another node may have an answer; where {@code clusterBackends} is
     * empty, nobody has, and they are refused.
     *
     * @param protocol the transport protocol
     * @param frontends addresses and ports that clients use
     * @param backends what answers at the service's own address: only what runs on this node where
     *     the internal traffic policy is {@code Local}
     * @param externalBackends what answers clients from outside the cluster: only what runs on this
     *     node where the external traffic policy is {@code Local}
     * @param clusterBackends what answers anywhere in the cluster, whatever the policies
     * @param keepsClientAddress whether backends see the address of clients from outside, as the
     *     external traffic policy {@code Local} promises
     * @param affinitySeconds how long after its last connection a client stays with its backend;
     *     empty for no affinity
     */
    public record ServicePort(
            Protocol protocol,
            List<Frontend> frontends,
            List<Backend> backends,
            List<Backend> externalBackends,
            List<Backend> clusterBackends,
            boolean keepsClientAddress,
            Optional<Integer> affinitySeconds) {

        public ServicePort {
            frontends = List.copyOf(frontends);
            backends = List.copyOf(backends);
            externalBackends = List.copyOf(externalBackends);
            clusterBackends = List.copyOf(clusterBackends);
        }

        /** A port with the usual policies: the same backends for everybody, and no affinity. */
        public static ServicePort of(
                Protocol protocol, List<Frontend> frontends, List<Backend> backends) {
            return new ServicePort(
                    protocol, frontends, backends, backends, backends, false, Optional.empty());
        }

        /** The same port, answered by others. */
        public ServicePort answeredBy(List<Backend> others) {
            return new ServicePort(
                    protocol, frontends, others, others, others, false, affinitySeconds);
        }
    }

    /** Transport protocols that are served. */
    public enum Protocol {
        TCP,
        UDP
    }

    /** Where clients connect to. */
    public sealed interface Frontend {

        /** The port that clients connect to. */
        int port();

        /** The service's address inside the cluster. */
        record ClusterIp(String address, int port) implements Frontend {}

        /** The same port on every address of the node. */
        record NodePort(int port) implements Frontend {}

        /** An address from {@code spec.externalIPs} or a load balancer, routed to the node. */
        record External(String address, int port) implements Frontend {}
    }

    /**
     * A pod that answers.
     *
     * @param address its IP address
     * @param port its port
     * @param local whether it runs on this node
     */
    public record Backend(String address, int port, boolean local) {}
}
