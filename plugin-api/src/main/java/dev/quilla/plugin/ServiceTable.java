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
     * How one port of a service is reached, and what answers.
     *
     * @param protocol the transport protocol
     * @param frontends addresses and ports that clients use
     * @param backends what answers; empty means that connections are refused
     * @param externalBackends what answers clients from outside the cluster; differs from {@code
     *     backends} where the service's external traffic policy is {@code Local}
     * @param affinitySeconds how long a client stays with its backend; empty for no affinity
     */
    public record ServicePort(
            Protocol protocol,
            List<Frontend> frontends,
            List<Backend> backends,
            List<Backend> externalBackends,
            Optional<Integer> affinitySeconds) {

        public ServicePort {
            frontends = List.copyOf(frontends);
            backends = List.copyOf(backends);
            externalBackends = List.copyOf(externalBackends);
        }
    }

    /** Transport protocols that services use. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
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
