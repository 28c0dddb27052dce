package dev.quilla.apiserver.bootstrap;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.EndpointAddress;
import dev.quilla.model.core.v1.EndpointSubset;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where the service {@code kubernetes} leads; masters come and go. */
public final class MasterEndpoints {

    private static final String KUBERNETES = "kubernetes";
    private static final String DEFAULT = "default";
    private static final String HTTPS = "https";
    private static final String OF_SERVICE = "kubernetes.io/service-name=" + KUBERNETES;

    private final ApiClient client;

    /** Works through a client that may do anything. */
    public MasterEndpoints(ApiClient client) {
        this.client = client;
    }

    /** Masters may listen on different ports, and a slice has one port for all its addresses. */
    public void set(List<Bootstrap.Master> masters) {
        Map<Integer, List<String>> byPort = new TreeMap<>();
        masters.forEach(
                m -> byPort.computeIfAbsent(m.port(), p -> new ArrayList<>()).add(m.address()));
        Endpoints.Builder endpoints =
                Endpoints.builder()
                        .metadata(m ->
                                m.namespace(DEFAULT)
                                        .name(KUBERNETES)
                                        // Its slices are written here.
                                        .labels(
                                                Map.of(
                                                        "endpointslice.kubernetes.io/skip-mirror",
                                                        "true")));
        List<EndpointSubset> subsets = new ArrayList<>();
        byPort.forEach((port, addresses) -> {
            subsets.add(subset(port, addresses));
            put(Resources.ENDPOINT_SLICES, slice(port, addresses));
        });
        put(Resources.ENDPOINTS, endpoints.subsets(subsets).build());
        removeOthers(byPort.keySet());
    }

    private void removeOthers(Set<Integer> ports) {
        Set<String> wanted = ports.stream().map(MasterEndpoints::name).collect(Collectors.toSet());
        ListOptions ours = ListOptions.inNamespace(DEFAULT).withLabelSelector(OF_SERVICE);
        for (EndpointSlice slice : client.resource(Resources.ENDPOINT_SLICES).list(ours).items()) {
            if (!wanted.contains(slice.name())) {
                client.resource(Resources.ENDPOINT_SLICES).delete(slice.key());
            }
        }
    }

    private static String name(int port) {
        return KUBERNETES + "-" + port;
    }

    private <T extends ApiObject> void put(ResourceType<T> type, T object) {
        if (client.resource(type).find(object.key()).isPresent()) {
            client.resource(type).update(object);
        } else {
            client.resource(type).create(object);
        }
    }

    private static EndpointSubset subset(int port, List<String> addresses) {
        return EndpointSubset.builder()
                .addresses(
                        addresses.stream()
                                .map(a -> EndpointAddress.builder().ip(a).build())
                                .toList())
                .ports(
                        List.of(
                                dev.quilla.model.core.v1.EndpointPort.builder()
                                        .name(HTTPS)
                                        .port(port)
                                        .protocol("TCP")
                                        .build()))
                .build();
    }

    private static EndpointSlice slice(int port, List<String> addresses) {
        return EndpointSlice.builder()
                .metadata(m ->
                        m.namespace(DEFAULT)
                                .name(name(port))
                                .labels(Map.of("kubernetes.io/service-name", KUBERNETES)))
                .addressType("IPv4")
                .endpoints(
                        addresses.stream()
                                .map(a ->
                                        Endpoint.builder()
                                                .addresses(List.of(a))
                                                .conditions(c -> c.ready(true))
                                                .build())
                                .toList())
                .ports(
                        List.of(
                                EndpointPort.builder()
                                        .name(HTTPS)
                                        .port(port)
                                        .protocol("TCP")
                                        .build()))
                .build();
    }
}
