package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What answers at one address.
 *
 * @param inside backends for clients of the cluster itself
 * @param outside backends for all others
 * @param affinity how long after its last connection a client stays with its backend
 */
record Answers(List<Backend> inside, List<Backend> outside, Optional<Duration> affinity) {

    Answers {
        inside = List.copyOf(inside);
        outside = List.copyOf(outside);
    }

    /** At a service's own address. */
    static Answers own(ServicePort port) {
        return new Answers(port.backends(), port.backends(), affinity(port));
    }

    /** At a port of the node. */
    static Answers nodePort(ServicePort port) {
        return new Answers(port.clusterBackends(), port.externalBackends(), affinity(port));
    }

    /** The same for everybody, whoever comes. */
    static Answers of(List<Backend> backends) {
        return new Answers(backends, backends, Optional.empty());
    }

    private static Optional<Duration> affinity(ServicePort port) {
        return port.affinitySeconds().map(Duration::ofSeconds);
    }

    /** Whether anybody is led to a backend. */
    boolean include(Backend backend) {
        return inside.contains(backend) || outside.contains(backend);
    }
}
