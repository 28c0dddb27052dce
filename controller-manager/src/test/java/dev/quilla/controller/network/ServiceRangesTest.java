package dev.quilla.controller.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.meta.v1.Condition;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.ServiceCIDR;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of ranges of service addresses, and of what stands for the addresses. */
class ServiceRangesTest {

    private static final ObjectKey MORE = ObjectKey.cluster("more");
    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final ServiceRangeController ranges =
            new ServiceRangeController(cluster.client, cluster.informers, cluster.clock);
    private final ServiceAddressController addresses =
            new ServiceAddressController(cluster.client, cluster.informers, cluster.events);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void range(String name, String cidr) {
        cluster.create(
                Resources.SERVICE_CID_RS,
                "metadata: {name: %s}\nspec: {cidrs: [%s]}".formatted(name, cidr));
    }

    private Service service(String name, String address) {
        return cluster.create(
                Resources.SERVICES,
                "metadata: {name: %s}\nspec: {clusterIP: %s, ports: [{port: 80}]}"
                        .formatted(name, address));
    }

    private void delete(String range) {
        cluster.client.resource(Resources.SERVICE_CID_RS).delete(ObjectKey.cluster(range));
        cluster.reconcile(ranges, ObjectKey.cluster(range));
    }

    private Optional<ServiceCIDR> more() {
        return cluster.find(Resources.SERVICE_CID_RS, "more");
    }

    @Test
    void aRangeIsReadyFromTheStart() {
        range("more", "10.99.0.0/28");
        Condition ready = more().orElseThrow().status().conditions().getFirst();
        assertEquals("Ready", ready.type());
        assertEquals("True", ready.status());
    }

    @Test
    void anUnusedRangeGoesAtOnce() {
        range("more", "10.99.0.0/28");
        delete("more");
        assertEquals(Optional.empty(), more());
    }

    @Test
    void aRangeInUseSaysSoAndGoesWithTheLastOfItsServices() {
        range("more", "10.99.0.0/28");
        service("web", "10.99.0.5");
        delete("more");
        Condition ready = more().orElseThrow().status().conditions().getFirst();
        assertEquals("False", ready.status());
        assertEquals("Terminating", ready.reason());
        cluster.client.resource(Resources.SERVICES).delete(WEB);
        cluster.reconcile(ranges, MORE);
        assertEquals(Optional.empty(), more());
    }

    @Test
    void aRangeGoesWhenAnotherHasItsAddressesToo() {
        range("more", "10.99.0.0/28");
        service("web", "10.99.0.5");
        range("wider", "10.99.0.0/24");
        delete("more");
        assertEquals(Optional.empty(), more());
        assertTrue(cluster.find(Resources.IP_ADDRESSES, "10.99.0.5").isPresent());
    }

    @Test
    void whatStandsForAnAddressIsMadeAgain() {
        Service web = service("web", "10.96.0.50");
        IPAddress first = cluster.get(Resources.IP_ADDRESSES, "10.96.0.50");
        cluster.client.resource(Resources.IP_ADDRESSES).delete(first.key());
        cluster.reconcile(addresses, WEB);
        IPAddress again = cluster.get(Resources.IP_ADDRESSES, "10.96.0.50");
        assertEquals(first.spec(), again.spec());
        assertEquals(first.metadata().labels(), again.metadata().labels());
        cluster.client.resource(Resources.SERVICES).delete(web.key());
        assertEquals(Optional.empty(), cluster.find(Resources.IP_ADDRESSES, "10.96.0.50"));
    }

    @Test
    void whatStandsForNoServicesAddressGoes() {
        service("web", "10.96.0.50");
        IPAddress own = cluster.get(Resources.IP_ADDRESSES, "10.96.0.50");
        cluster.client
                .resource(Resources.IP_ADDRESSES)
                .create(
                        IPAddress.builder()
                                .metadata(m -> m.name("10.96.0.51").labels(own.metadata().labels()))
                                .spec(own.spec())
                                .build());
        cluster.create(
                Resources.IP_ADDRESSES,
                """
                metadata: {name: 10.96.0.52}
                spec: {parentRef: {group: example.com, resource: gateways, name: mine}}
                """);
        cluster.reconcile(addresses, WEB);
        assertEquals(
                List.of("10.96.0.50", "10.96.0.52"),
                cluster.all(Resources.IP_ADDRESSES).stream().map(IPAddress::name).toList());
    }

    @Test
    void anAddressThatSomebodyElseHasIsTold() {
        service("web", "10.96.0.50");
        cluster.client.resource(Resources.IP_ADDRESSES).delete(ObjectKey.cluster("10.96.0.50"));
        cluster.create(
                Resources.IP_ADDRESSES,
                """
                metadata: {name: 10.96.0.50}
                spec: {parentRef: {group: example.com, resource: gateways, name: mine}}
                """);
        cluster.reconcile(addresses, WEB);
        assertTrue(cluster.event("ClusterIPAlreadyAllocated").contains("10.96.0.50"));
    }
}
