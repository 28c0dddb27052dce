package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.core.v1.LoadBalancerIngress;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServiceSpec;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointConditions;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ServiceTablesTest {

    private static final Backend HERE = new Backend("10.244.0.2", 8080, true);
    private static final Backend THERE = new Backend("10.244.1.3", 8080, false);

    private final List<Endpoint> endpoints = new ArrayList<>();

    private static Service service(UnaryOperator<ServiceSpec.Builder> more) {
        return Service.builder()
                .metadata(m -> m.name("web").namespace("default"))
                .spec(s -> {
                    s.type("ClusterIP")
                            .clusterIP("10.96.0.9")
                            .internalTrafficPolicy("Cluster")
                            .externalTrafficPolicy("Cluster")
                            .sessionAffinity("None")
                            .ports(List.of(port("http", "TCP", 80, 30080)));
                    return more.apply(s);
                })
                .build();
    }

    private static dev.quilla.model.core.v1.ServicePort port(
            String name, String protocol, int number, int nodePort) {
        return dev.quilla.model.core.v1.ServicePort.builder()
                .name(name)
                .protocol(protocol)
                .port(number)
                .nodePort(nodePort)
                .build();
    }

    private void endpoint(Backend backend, UnaryOperator<EndpointConditions.Builder> conditions) {
        endpoints.add(
                Endpoint.builder()
                        .addresses(List.of(backend.address()))
                        .nodeName(backend.local() ? "n1" : "n2")
                        .conditions(conditions)
                        .build());
    }

    private static EndpointConditions.Builder ready(EndpointConditions.Builder conditions) {
        return conditions.ready(true).serving(true).terminating(false);
    }

    private static EndpointConditions.Builder ending(EndpointConditions.Builder conditions) {
        return conditions.ready(false).serving(true).terminating(true);
    }

    private static EndpointConditions.Builder broken(EndpointConditions.Builder conditions) {
        return conditions.ready(false).serving(false).terminating(false);
    }

    private static EndpointConditions.Builder brokenAndEnding(
            EndpointConditions.Builder conditions) {
        return conditions.ready(false).serving(false).terminating(true);
    }

    private ServicePort computed(Service service) {
        return table(service).ports().values().iterator().next();
    }

    private ServiceTable table(Service service) {
        EndpointSlice slice =
                EndpointSlice.builder()
                        .metadata(m ->
                                m.name("web-1")
                                        .namespace("default")
                                        .labels(Map.of("kubernetes.io/service-name", "web")))
                        .addressType("IPv4")
                        .ports(
                                List.of(
                                        EndpointPort.builder()
                                                .name("http")
                                                .protocol("TCP")
                                                .port(8080)
                                                .build()))
                        .endpoints(endpoints)
                        .build();
        return ServiceTables.compute(7, List.of(service), List.of(slice), Set.of("n1"));
    }

    @Test
    void everyReadyEndpointAnswersEverybody() {
        endpoint(THERE, ServiceTablesTest::ready);
        endpoint(HERE, ServiceTablesTest::ready);
        endpoint(new Backend("10.244.0.9", 8080, true), ServiceTablesTest::broken);
        endpoint(new Backend("10.244.0.8", 8080, true), ServiceTablesTest::ending);
        ServicePort port = computed(service(s -> s));
        assertEquals(List.of(HERE, THERE), port.backends());
        assertEquals(List.of(HERE, THERE), port.externalBackends());
        assertEquals(List.of(HERE, THERE), port.clusterBackends());
        assertEquals(Optional.empty(), port.affinitySeconds());
    }

    @Test
    void anEndpointThatSaysNothingIsReady() {
        endpoint(HERE, c -> c);
        assertEquals(List.of(HERE), computed(service(s -> s)).backends());
    }

    @Test
    void anEndpointThatIsReadyAndEndsIsReady() { // publishNotReadyAddresses
        endpoint(HERE, c -> c.ready(true).serving(false).terminating(true));
        assertEquals(List.of(HERE), computed(service(s -> s)).backends());
    }

    @Test
    void withoutAReadyEndpointThoseThatEndStillServe() {
        endpoint(HERE, ServiceTablesTest::ending);
        endpoint(THERE, ServiceTablesTest::brokenAndEnding);
        assertEquals(List.of(HERE), computed(service(s -> s)).backends());
    }

    @Test
    void localPoliciesChooseWhatRunsHere() {
        endpoint(HERE, ServiceTablesTest::ready);
        endpoint(THERE, ServiceTablesTest::ready);
        ServicePort inside = computed(service(s -> s.internalTrafficPolicy("Local")));
        assertEquals(List.of(HERE), inside.backends());
        assertEquals(List.of(HERE, THERE), inside.externalBackends());
        ServicePort outside = computed(service(s -> s.externalTrafficPolicy("Local")));
        assertEquals(List.of(HERE, THERE), outside.backends());
        assertEquals(List.of(HERE), outside.externalBackends());
        assertEquals(List.of(HERE, THERE), outside.clusterBackends());
        assertTrue(outside.keepsClientAddress());
    }

    /**
     * KEP-1669: this node goes on to answer while its last pod ends, ready ones elsewhere or not.
     */
    @Test
    void aLocalPolicyPrefersItsEndingEndpointToNone() {
        endpoint(HERE, ServiceTablesTest::ending);
        endpoint(THERE, ServiceTablesTest::ready);
        ServicePort port = computed(service(s -> s.externalTrafficPolicy("Local")));
        assertEquals(List.of(HERE), port.externalBackends());
        assertEquals(List.of(THERE), port.clusterBackends());
    }

    @Test
    void affinityHasItsTime() {
        endpoint(HERE, ServiceTablesTest::ready);
        assertEquals(
                Optional.of(77),
                computed(
                                service(s ->
                                        s.sessionAffinity("ClientIP")
                                                .sessionAffinityConfig(c ->
                                                        c.clientIP(i -> i.timeoutSeconds(77)))))
                        .affinitySeconds());
    }

    @Test
    void isReachedAtAllItsAddresses() {
        Service service =
                service(s ->
                                s.type("LoadBalancer")
                                        .externalIPs(List.of("198.51.100.1", "2001:db8::1")))
                        .toBuilder()
                        .status(s ->
                                s.loadBalancer(l ->
                                        l.ingress(
                                                List.of(
                                                        ingress("198.51.100.2", "VIP"),
                                                        ingress("198.51.100.3", "Proxy")))))
                        .build();
        assertEquals(
                List.of(
                        new Frontend.ClusterIp("10.96.0.9", 80),
                        new Frontend.NodePort(30080),
                        new Frontend.External("198.51.100.1", 80),
                        new Frontend.External("198.51.100.2", 80)),
                computed(service).frontends());
    }

    private static LoadBalancerIngress ingress(String ip, String mode) {
        return LoadBalancerIngress.builder().ip(ip).ipMode(mode).build();
    }

    @Test
    void aPortOfAnotherProtocolIsRefusedInWords() {
        Service service =
                service(s ->
                        s.ports(
                                List.of(
                                        port("http", "TCP", 80, 0),
                                        port("signal", "SCTP", 9999, 0))));
        assertEquals(1, table(service).ports().size());
        assertEquals(
                Optional.of(
                        "port 9999 is not served: protocol SCTP is not supported, use TCP or UDP"),
                ServiceTables.refusal(service));
        assertEquals(Optional.empty(), ServiceTables.refusal(service(s -> s)));
    }

    @Test
    void servicesWithoutAnAddressAreNotInIt() {
        assertEquals(Map.of(), table(service(s -> s.clusterIP("None"))).ports());
        assertEquals(Map.of(), table(service(s -> s.type("ExternalName").clusterIP(""))).ports());
    }
}
