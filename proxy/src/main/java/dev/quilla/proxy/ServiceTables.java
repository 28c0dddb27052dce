package dev.quilla.proxy;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.LoadBalancerIngress;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.core.v1.ServiceSpec;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointConditions;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All services as one node should serve them: the one place that knows traffic policies and which
 * endpoints may answer (KEP-1669 for those that end). Pure.
 *
 * <p>IPv4 only, TCP and UDP only. An address that a load balancer gave is served by the node too,
 * so that packets which the balancer passes on unchanged find their pod; not where the service
 * names source ranges, which the balancer alone holds.
 */
final class ServiceTables {

    static final String SERVICE_NAME = "kubernetes.io/service-name";

    private static final String LOCAL = "Local";
    private static final Comparator<Backend> BY_ADDRESS =
            Comparator.comparing(Backend::address).thenComparingInt(Backend::port);

    /** An endpoint that may answer: one that is ready, or one that ends and still serves. */
    private record Candidate(Backend backend, boolean ready) {}

    private ServiceTables() {}

    /**
     * Computes the table.
     *
     * @param localNodes the nodes of this kernel; under {@code quilla up} there are several
     */
    static ServiceTable compute(
            long generation,
            Collection<Service> services,
            Collection<EndpointSlice> slices,
            Set<String> localNodes) {
        Map<ObjectKey, List<EndpointSlice>> byService = new HashMap<>();
        for (EndpointSlice slice : slices) {
            if (slice.addressType().equals("IPv4")) {
                String name = slice.metadata().labels().getOrDefault(SERVICE_NAME, "");
                byService
                        .computeIfAbsent(
                                new ObjectKey(slice.namespace(), name), k -> new ArrayList<>())
                        .add(slice);
            }
        }
        Map<ServicePortKey, ServiceTable.ServicePort> ports = new TreeMap<>();
        for (Service service : services) {
            if (!hasAddress(service)) {
                continue;
            }
            List<EndpointSlice> its = byService.getOrDefault(service.key(), List.of());
            for (ServicePort port : service.spec().ports()) {
                protocol(port)
                        .ifPresent(protocol ->
                                ports.put(
                                        new ServicePortKey(
                                                service.namespace(), service.name(), port.name()),
                                        entry(
                                                service,
                                                port,
                                                protocol,
                                                candidates(port, its, localNodes))));
            }
        }
        return new ServiceTable(generation, ports);
    }

    /** What of a service is not served, in words for its owner; empty if all of it is. */
    static Optional<String> refusal(Service service) {
        if (!hasAddress(service)) {
            return Optional.empty();
        }
        return service.spec().ports().stream()
                .filter(port -> protocol(port).isEmpty())
                .findFirst()
                .map(port ->
                        "port %d is not served: protocol %s is not supported, use TCP or UDP"
                                .formatted(port.port(), port.protocol()));
    }

    private static boolean hasAddress(Service service) {
        String address = service.spec().clusterIP();
        return !service.spec().type().equals("ExternalName")
                && !address.isEmpty()
                && !address.equals("None");
    }

    private static Optional<Protocol> protocol(ServicePort port) {
        return switch (port.protocol()) {
            case "TCP", "" -> Optional.of(Protocol.TCP);
            case "UDP" -> Optional.of(Protocol.UDP);
            default -> Optional.empty();
        };
    }

    private static ServiceTable.ServicePort entry(
            Service service, ServicePort port, Protocol protocol, List<Candidate> candidates) {
        ServiceSpec spec = service.spec();
        List<Backend> all = chosen(candidates, c -> true);
        List<Backend> local = chosen(candidates, c -> c.backend().local());
        boolean keepsClientAddress = spec.externalTrafficPolicy().equals(LOCAL);
        return new ServiceTable.ServicePort(
                protocol,
                frontends(service, port),
                spec.internalTrafficPolicy().equals(LOCAL) ? local : all,
                keepsClientAddress ? local : all,
                all,
                keepsClientAddress,
                spec.sessionAffinity().equals("ClientIP")
                        ? Optional.of(spec.sessionAffinityConfig().clientIP().timeoutSeconds())
                        : Optional.empty());
    }

    private static List<Frontend> frontends(Service service, ServicePort port) {
        List<Frontend> frontends = new ArrayList<>();
        Ipv4Range.address(service.spec().clusterIP())
                .ifPresent(ip -> frontends.add(new Frontend.ClusterIp(ip, port.port())));
        if (port.nodePort() != 0) {
            frontends.add(new Frontend.NodePort(port.nodePort()));
        }
        Stream.concat(service.spec().externalIPs().stream(), balanced(service))
                .flatMap(ip -> Ipv4Range.address(ip).stream())
                .distinct()
                .forEach(ip -> frontends.add(new Frontend.External(ip, port.port())));
        return frontends;
    }

    private static Stream<String> balanced(Service service) {
        return service.spec().loadBalancerSourceRanges().isEmpty()
                ? service.status().loadBalancer().ingress().stream()
                        .filter(i -> !i.ipMode().equals("Proxy"))
                        .map(LoadBalancerIngress::ip)
                : Stream.empty();
    }

    /** Those that are ready; where none is, those that still serve while they end. */
    private static List<Backend> chosen(
            List<Candidate> candidates, Predicate<Candidate> reachable) {
        List<Backend> ready = backends(candidates, reachable.and(Candidate::ready));
        return ready.isEmpty() ? backends(candidates, reachable) : ready;
    }

    /** Sorted, so that the same endpoints are the same list, in whatever order they are told. */
    private static List<Backend> backends(List<Candidate> from, Predicate<Candidate> which) {
        return from.stream()
                .filter(which)
                .map(Candidate::backend)
                .distinct()
                .sorted(BY_ADDRESS)
                .toList();
    }

    private static List<Candidate> candidates(
            ServicePort port, List<EndpointSlice> slices, Set<String> localNodes) {
        List<Candidate> candidates = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort target : slice.ports()) {
                if (!target.name().equals(port.name()) || target.port() == 0) {
                    continue;
                }
                for (Endpoint endpoint : slice.endpoints()) {
                    candidate(endpoint, target.port(), localNodes).ifPresent(candidates::add);
                }
            }
        }
        return candidates;
    }

    /** What a slice does not say about an endpoint is read as its API promises. */
    private static Optional<Candidate> candidate(
            Endpoint endpoint, int port, Set<String> localNodes) {
        EndpointConditions conditions = endpoint.conditions();
        boolean ready = !conditions.hasReady() || conditions.ready();
        boolean serving = conditions.hasServing() ? conditions.serving() : ready;
        if (!ready && !(serving && conditions.terminating())) {
            return Optional.empty();
        }
        return endpoint.addresses().stream()
                .findFirst()
                .flatMap(Ipv4Range::address)
                .map(ip -> new Backend(ip, port, localNodes.contains(endpoint.nodeName())))
                .map(backend -> new Candidate(backend, ready));
    }
}
