package dev.quilla.apiserver.admission;

import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.LifecycleHandler;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.Probe;
import dev.quilla.model.core.v1.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All containers of a pod, of whatever sort, as far as security is concerned. */
record PodSecurityParts(List<Part> parts) {

    /**
     * A container.
     *
     * @param hosts hosts that its probes and hooks name
     */
    record Part(
            String name, SecurityContext security, List<ContainerPort> ports, List<String> hosts) {}

    static PodSecurityParts of(PodSpec spec) {
        List<Part> parts = new ArrayList<>();
        spec.initContainers().forEach(c -> parts.add(part(c)));
        spec.containers().forEach(c -> parts.add(part(c)));
        for (EphemeralContainer c : spec.ephemeralContainers()) {
            parts.add(new Part(c.name(), c.securityContext(), c.ports(), List.of()));
        }
        return new PodSecurityParts(parts);
    }

    private static Part part(Container c) {
        List<String> hosts = new ArrayList<>();
        for (Probe probe : List.of(c.livenessProbe(), c.readinessProbe(), c.startupProbe())) {
            hosts.add(probe.httpGet().host());
            hosts.add(probe.tcpSocket().host());
        }
        for (LifecycleHandler hook : List.of(c.lifecycle().postStart(), c.lifecycle().preStop())) {
            hosts.add(hook.httpGet().host());
            hosts.add(hook.tcpSocket().host());
        }
        hosts.removeIf(String::isEmpty);
        return new Part(c.name(), c.securityContext(), c.ports(), hosts);
    }

    /** Those for which something holds. */
    PodSecurityParts which(Predicate<Part> condition) {
        return new PodSecurityParts(parts.stream().filter(condition).toList());
    }

    boolean none() {
        return parts.isEmpty();
    }

    Stream<Part> stream() {
        return parts.stream();
    }

    /** {@code container "a"}, or {@code containers "a", "b"}. */
    String text() {
        return (parts.size() == 1 ? "container " : "containers ")
                + parts.stream().map(p -> "\"" + p.name() + "\"").collect(Collectors.joining(", "));
    }
}
