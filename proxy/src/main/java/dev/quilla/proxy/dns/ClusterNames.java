package dev.quilla.proxy.dns;

import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Addresses by name, as Kubernetes' DNS specification has them: a service's own address, or those
 * of its pods where it is headless. Immutable.
 */
public final class ClusterNames {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final String domain;
    private final Map<String, Set<String>> addresses = new HashMap<>();
    private final Set<String> headless = new HashSet<>();

    private ClusterNames(String domain) {
        this.domain = domain;
    }

    /** The names of all services. */
    public static ClusterNames of(
            String domain, Collection<Service> services, Collection<EndpointSlice> slices) {
        ClusterNames names = new ClusterNames(domain);
        for (Service service : services) {
            String name = service.name() + "." + service.namespace() + ".svc." + domain;
            String address = service.spec().clusterIP();
            if (address.equals("None")) {
                names.headless.add(name);
                names.addresses.put(name, new LinkedHashSet<>());
            } else if (!address.isEmpty()) {
                names.add(name, address);
            }
        }
        slices.forEach(names::addPods);
        return names;
    }

    private void addPods(EndpointSlice slice) {
        String service = slice.metadata().labels().getOrDefault(SERVICE_NAME, "");
        String name = service + "." + slice.namespace() + ".svc." + domain;
        if (!headless.contains(name)) {
            return;
        }
        for (Endpoint endpoint : slice.endpoints()) {
            if (!endpoint.conditions().hasReady() || endpoint.conditions().ready()) {
                endpoint.addresses().forEach(a -> add(name, a));
                if (!endpoint.hostname().isEmpty()) {
                    endpoint.addresses().forEach(a -> add(endpoint.hostname() + "." + name, a));
                }
            }
        }
    }

    private void add(String name, String address) {
        addresses.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(address);
    }

    /** Whether a name is for this cluster to answer. */
    public boolean owns(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals(domain) || lower.endsWith("." + domain);
    }

    /** A name's addresses; none if it exists without one; empty if there is no such name. */
    public Optional<List<String>> find(String name) {
        return Optional.ofNullable(addresses.get(name.toLowerCase(Locale.ROOT))).map(List::copyOf);
    }
}
