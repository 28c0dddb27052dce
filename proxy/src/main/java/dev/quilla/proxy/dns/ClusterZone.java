package dev.quilla.proxy.dns;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The names of a cluster, by the specification <a
 * href="https://github.com/kubernetes/dns/blob/master/docs/specification.md">Kubernetes DNS-Based
 * Service Discovery</a> 1.1. Immutable. What a name means is worked out when it is asked for, so
 * that a change costs no more than looking at each service once.
 */
public final class ClusterZone {

    /** The version of the specification, as the zone itself tells it. */
    static final String VERSION = "1.1.0";

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String HEADLESS = "None";
    private static final String SERVICES = "svc";
    private static final String PODS = "pod";

    /** A pod that answers for a headless service, by the name it has there. */
    private record Member(String hostname, String address, List<EndpointPort> ports) {}

    private final String domain;
    private final Map<ObjectKey, Service> services = new HashMap<>();
    private final Map<ObjectKey, List<Member>> members = new HashMap<>();
    private final Set<String> namespaces = new HashSet<>();
    private final Map<String, List<String>> namesByAddress = new HashMap<>();

    private ClusterZone(String domain) {
        this.domain = domain.toLowerCase(Locale.ROOT);
    }

    /**
     * The names of all services.
     *
     * @param domain that all names end with, without dots around it
     */
    public static ClusterZone of(
            String domain, Collection<Service> services, Collection<EndpointSlice> slices) {
        ClusterZone zone = new ClusterZone(domain);
        services.forEach(zone::add);
        slices.forEach(zone::add);
        return zone;
    }

    private void add(Service service) {
        services.put(service.key(), service);
        namespaces.add(service.namespace());
        String address = service.spec().clusterIP();
        if (!address.isEmpty() && !address.equals(HEADLESS)) {
            name(address, name(service.key()));
        }
    }

    private void add(EndpointSlice slice) {
        String name = slice.metadata().labels().getOrDefault(SERVICE_NAME, "");
        ObjectKey key = new ObjectKey(slice.namespace(), name);
        Service service = services.get(key);
        if (service == null
                || !service.spec().clusterIP().equals(HEADLESS)
                || !slice.addressType().equals("IPv4")) {
            return;
        }
        for (Endpoint endpoint : slice.endpoints()) {
            if (endpoint.conditions().hasReady() && !endpoint.conditions().ready()) {
                continue;
            }
            for (String address : endpoint.addresses()) {
                Member member = new Member(hostname(endpoint, address), address, slice.ports());
                members.computeIfAbsent(key, _ -> new ArrayList<>()).add(member);
                name(address, member.hostname() + "." + name(key));
            }
        }
    }

    /** A pod without a hostname of its own has one made of its address. */
    private static String hostname(Endpoint endpoint, String address) {
        return endpoint.hostname().isEmpty() ? address.replace('.', '-') : endpoint.hostname();
    }

    private void name(String address, String name) {
        namesByAddress.computeIfAbsent(address, _ -> new ArrayList<>()).add(name);
    }

    private String name(ObjectKey service) {
        return service.name() + "." + service.namespace() + "." + SERVICES + "." + domain;
    }

    /** That all names of the cluster end with. */
    String domain() {
        return domain;
    }

    /** Whether a name is for this cluster to answer. */
    boolean owns(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals(domain) || lower.endsWith("." + domain);
    }

    /** The names that an address has; none if it has none. */
    List<String> namesOf(String address) {
        return namesByAddress.getOrDefault(address, List.of());
    }

    /** What a name of this cluster means; empty if there is no such name. Case does not matter. */
    Optional<Meaning> find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals(domain)) {
            return Optional.of(Meaning.NOTHING);
        }
        String relative = lower.substring(0, lower.length() - domain.length() - 1);
        List<String> labels = new ArrayList<>(Arrays.asList(relative.split("\\.", -1)));
        Collections.reverse(labels);
        return switch (labels.getFirst()) {
            case SERVICES -> inServices(labels);
            case PODS -> inPods(labels);
            case "dns-version" ->
                    labels.size() == 1 ? Optional.of(new Meaning.Text(VERSION)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Labels from the right: svc, namespace, service, then a pod's name or protocol and port. */
    private Optional<Meaning> inServices(List<String> labels) {
        if (labels.size() == 1) {
            return Optional.of(Meaning.NOTHING);
        }
        if (labels.size() == 2) {
            return namespaces.contains(labels.get(1))
                    ? Optional.of(Meaning.NOTHING)
                    : Optional.empty();
        }
        Service service = services.get(new ObjectKey(labels.get(1), labels.get(2)));
        if (service == null) {
            return Optional.empty();
        }
        return switch (labels.size()) {
            case 3 -> whole(service);
            case 4 ->
                    labels.get(3).startsWith("_")
                            ? protocol(service, labels.get(3))
                            : member(service, labels.get(3));
            case 5 -> port(service, labels.get(3), labels.get(4));
            default -> Optional.empty();
        };
    }

    private Optional<Meaning> whole(Service service) {
        if (service.spec().type().equals("ExternalName")) {
            return Optional.of(new Meaning.Alias(service.spec().externalName()));
        }
        if (!service.spec().clusterIP().equals(HEADLESS)) {
            return service.spec().clusterIP().isEmpty()
                    ? Optional.of(Meaning.NOTHING)
                    : Optional.of(new Meaning.Addresses(List.of(service.spec().clusterIP())));
        }
        return addresses(members(service).map(Member::address));
    }

    private Optional<Meaning> member(Service service, String hostname) {
        return addresses(
                members(service).filter(m -> m.hostname().equals(hostname)).map(Member::address));
    }

    private Stream<Member> members(Service service) {
        return members.getOrDefault(service.key(), List.of()).stream();
    }

    private static Optional<Meaning> addresses(Stream<String> all) {
        List<String> found = all.distinct().sorted().toList();
        return found.isEmpty() ? Optional.empty() : Optional.of(new Meaning.Addresses(found));
    }

    /** {@code _tcp} of a service exists if a port does below it. */
    private Optional<Meaning> protocol(Service service, String protocol) {
        return service.spec().ports().stream()
                        .anyMatch(p -> !p.name().isEmpty() && is(protocol, p.protocol()))
                ? Optional.of(Meaning.NOTHING)
                : Optional.empty();
    }

    private Optional<Meaning> port(Service service, String protocol, String port) {
        List<Meaning.Place> places;
        if (service.spec().clusterIP().equals(HEADLESS)) {
            places =
                    members(service)
                            .flatMap(m ->
                                    m.ports().stream()
                                            .filter(p ->
                                                    is(protocol, p.protocol())
                                                            && is(port, p.name()))
                                            .map(p -> place(service, m, p.port())))
                            .distinct()
                            .toList();
        } else {
            places =
                    service.spec().ports().stream()
                            .filter(p -> is(protocol, p.protocol()) && is(port, p.name()))
                            .map(p ->
                                    new Meaning.Place(
                                            name(service.key()),
                                            p.port(),
                                            service.spec().clusterIP()))
                            .toList();
        }
        return places.isEmpty() ? Optional.empty() : Optional.of(new Meaning.Places(places));
    }

    private Meaning.Place place(Service service, Member member, int port) {
        return new Meaning.Place(
                member.hostname() + "." + name(service.key()), port, member.address());
    }

    /** Whether a label such as {@code _http} says a word such as {@code HTTP}. */
    private static boolean is(String label, String word) {
        return !word.isEmpty() && label.equals("_" + word.toLowerCase(Locale.ROOT));
    }

    /** {@code 1-2-3-4.namespace.pod}: the address is in the name, whether a pod has it or not. */
    private static Optional<Meaning> inPods(List<String> labels) {
        return switch (labels.size()) {
            case 1, 2 -> Optional.of(Meaning.NOTHING);
            case 3 -> DottedAddress.of(labels.get(2)).map(a -> new Meaning.Addresses(List.of(a)));
            default -> Optional.empty();
        };
    }
}
