package dev.quilla.proxy;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.core.v1.ServiceSpec;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** All services as one node should serve them. Pure. */
final class ServiceTables {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private ServiceTables() {}

    static ServiceTable compute(
            long generation,
            Collection<Service> services,
            Collection<EndpointSlice> slices,
            String nodeName) {
        Map<ObjectKey, List<EndpointSlice>> byService = new HashMap<>();
        for (EndpointSlice slice : slices) {
            String name = slice.metadata().labels().getOrDefault(SERVICE_NAME, "");
            byService
                    .computeIfAbsent(new ObjectKey(slice.namespace(), name), k -> new ArrayList<>())
                    .add(slice);
        }
        Map<ServicePortKey, ServiceTable.ServicePort> ports = new TreeMap<>();
        for (Service service : services) {
            boolean headless =
                    service.spec().clusterIP().isEmpty()
                            || service.spec().clusterIP().equals("None");
            if (headless) {
                continue;
            }
            List<EndpointSlice> its = byService.getOrDefault(service.key(), List.of());
            for (ServicePort port : service.spec().ports()) {
                ports.put(
                        new ServicePortKey(service.namespace(), service.name(), port.name()),
                        entry(service.spec(), port, its, nodeName));
            }
        }
        return new ServiceTable(generation, ports);
    }

    private static ServiceTable.ServicePort entry(
            ServiceSpec spec, ServicePort port, List<EndpointSlice> slices, String nodeName) {
        List<Frontend> frontends = new ArrayList<>();
        frontends.add(new Frontend.ClusterIp(spec.clusterIP(), port.port()));
        if (port.nodePort() != 0) {
            frontends.add(new Frontend.NodePort(port.nodePort()));
        }
        spec.externalIPs().forEach(ip -> frontends.add(new Frontend.External(ip, port.port())));
        List<Backend> all = backends(port, slices, nodeName);
        List<Backend> local = all.stream().filter(Backend::local).toList();
        return new ServiceTable.ServicePort(
                Protocol.valueOf(port.protocol()),
                frontends,
                spec.internalTrafficPolicy().equals("Local") ? local : all,
                spec.externalTrafficPolicy().equals("Local") ? local : all,
                spec.sessionAffinity().equals("ClientIP")
                        ? Optional.of(spec.sessionAffinityConfig().clientIP().timeoutSeconds())
                        : Optional.empty());
    }

    /** Ready endpoints; where none is, those that still serve while they end. */
    private static List<Backend> backends(
            ServicePort port, List<EndpointSlice> slices, String nodeName) {
        List<Backend> ready =
                backends(
                        port,
                        slices,
                        nodeName,
                        e -> !e.conditions().hasReady() || e.conditions().ready());
        return ready.isEmpty()
                ? backends(
                        port,
                        slices,
                        nodeName,
                        e -> e.conditions().serving() && e.conditions().terminating())
                : ready;
    }

    private static List<Backend> backends(
            ServicePort port,
            List<EndpointSlice> slices,
            String nodeName,
            Predicate<Endpoint> chosen) {
        List<Backend> backends = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort target : slice.ports()) {
                if (!target.name().equals(port.name())) {
                    continue;
                }
                slice.endpoints().stream()
                        .filter(chosen)
                        .forEach(e ->
                                backends.add(
                                        new Backend(
                                                e.addresses().getFirst(),
                                                target.port(),
                                                e.nodeName().equals(nodeName))));
            }
        }
        return backends;
    }
}
