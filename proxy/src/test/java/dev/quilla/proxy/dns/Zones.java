package dev.quilla.proxy.dns;

import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;

/** A small cluster for tests of names. */
final class Zones {

    static final ClusterZone SMALL =
            ClusterZone.of(
                    "cluster.local",
                    List.of(
                            service("web", "10.96.0.7"),
                            service("db", "None"),
                            service("empty", "None"),
                            alias("outside", "www.example.com"),
                            alias("inside", "web.default.svc.cluster.local"),
                            alias("loop", "loop.default.svc.cluster.local")),
                    List.of(
                            slice(
                                    "db",
                                    endpoint("10.244.0.3", "db-0", true),
                                    endpoint("10.244.0.4", "", true),
                                    endpoint("10.244.0.5", "db-2", false)),
                            slice("empty", endpoint("10.244.0.6", "", false)),
                            slice("web", endpoint("10.244.0.9", "", true))));

    private Zones() {}

    static Service service(String name, String address) {
        return Service.builder()
                .metadata(m -> m.name(name).namespace("default"))
                .spec(s ->
                        s.type("ClusterIP")
                                .clusterIP(address)
                                .ports(
                                        List.of(
                                                ServicePort.builder()
                                                        .name("http")
                                                        .protocol("TCP")
                                                        .port(80)
                                                        .build(),
                                                ServicePort.builder()
                                                        .name("")
                                                        .protocol("UDP")
                                                        .port(81)
                                                        .build())))
                .build();
    }

    private static Service alias(String name, String target) {
        return Service.builder()
                .metadata(m -> m.name(name).namespace("default"))
                .spec(s -> s.type("ExternalName").externalName(target))
                .build();
    }

    static Endpoint endpoint(String address, String hostname, boolean ready) {
        return Endpoint.builder()
                .addresses(List.of(address))
                .hostname(hostname)
                .conditions(c -> c.ready(ready))
                .build();
    }

    static EndpointSlice slice(String service, Endpoint... endpoints) {
        return EndpointSlice.builder()
                .metadata(m ->
                        m.name(service + "-1")
                                .namespace("default")
                                .labels(Map.of("kubernetes.io/service-name", service)))
                .addressType("IPv4")
                .ports(
                        List.of(
                                EndpointPort.builder()
                                        .name("http")
                                        .protocol("TCP")
                                        .port(8080)
                                        .build()))
                .endpoints(List.of(endpoints))
                .build();
    }
}
