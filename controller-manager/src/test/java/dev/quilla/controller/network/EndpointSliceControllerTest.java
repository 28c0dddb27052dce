package dev.quilla.controller.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointSliceControllerTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final EndpointSliceController controller =
            new EndpointSliceController(cluster.client, cluster.informers);

    @BeforeEach
    void node() {
        cluster.node("node-1");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void service(String more) {
        cluster.create(
                Resources.SERVICES,
                """
                metadata: {name: web}
                spec:
                  %s
                  ports:
                  - {name: http, port: 80, targetPort: http}
                  - {name: admin, port: 81, targetPort: 9000}
                """
                        .formatted(more));
    }

    private Pod pod(String name, int port, boolean ready, String ip) {
        Pod pod =
                cluster.create(
                        Resources.PODS,
                        """
                        metadata: {name: %s, labels: {app: web}}
                        spec:
                          hostname: %s
                          subdomain: web
                          containers:
                          - {name: c, image: x, ports: [{name: http, containerPort: %d}]}
                        """
                                .formatted(name, name, port));
        return cluster.report(cluster.bind(pod, "node-1"), "Running", ready, ip);
    }

    private List<EndpointSlice> slices() {
        cluster.reconcile(controller, WEB);
        return cluster.all(Resources.ENDPOINT_SLICES);
    }

    private static String conditions(Endpoint endpoint) {
        var c = endpoint.conditions();
        return c.ready() + " " + c.serving() + " " + c.terminating();
    }

    @Test
    void readyPodIsAnEndpointWithPortsByNameNodeAndZone() {
        service("selector: {app: web}");
        pod("a", 8080, true, "10.0.0.1");
        EndpointSlice slice = slices().getFirst();
        Endpoint endpoint = slice.endpoints().getFirst();
        assertEquals(List.of("10.0.0.1"), endpoint.addresses());
        assertEquals("true true false", conditions(endpoint));
        assertEquals("node-1", endpoint.nodeName());
        assertEquals("zone-of-node-1", endpoint.zone());
        assertEquals("a", endpoint.hostname());
        assertEquals("a", endpoint.targetRef().name());
        assertEquals(
                List.of("http=8080", "admin=9000"),
                slice.ports().stream().map(p -> p.name() + "=" + p.port()).toList());
        assertEquals("web", slice.metadata().labels().get("kubernetes.io/service-name"));
        assertEquals("Service", slice.metadata().ownerReferences().getFirst().kind());
        Endpoints old = cluster.get(Resources.ENDPOINTS, "web");
        assertEquals("10.0.0.1", old.subsets().getFirst().addresses().getFirst().ip());
    }

    @Test
    void podsThatDontServeAreMarked() {
        service("selector: {app: web}");
        pod("a", 8080, false, "10.0.0.1");
        Pod ending = pod("b", 8080, true, "10.0.0.2");
        cluster.client.resource(Resources.PODS).delete(ending.key());
        List<Endpoint> endpoints = slices().getFirst().endpoints();
        assertEquals("false false false", conditions(endpoints.get(0)));
        assertEquals("false true true", conditions(endpoints.get(1)));
        var subset = cluster.get(Resources.ENDPOINTS, "web").subsets().getFirst();
        assertEquals(List.of(), subset.addresses());
        assertEquals(
                List.of("10.0.0.1"), subset.notReadyAddresses().stream().map(a -> a.ip()).toList());
    }

    @Test
    void notReadyAddressesArePublishedWhereTheServiceSaysSo() {
        service("publishNotReadyAddresses: true\n  selector: {app: web}");
        pod("a", 8080, false, "10.0.0.1");
        assertEquals("true false false", conditions(slices().getFirst().endpoints().getFirst()));
    }

    @Test
    void podsThatAreOverOrNowhereAreNoEndpoints() {
        service("selector: {app: web}");
        cluster.report(pod("over", 8080, true, "10.0.0.1"), "Succeeded", false, "10.0.0.1");
        pod("without-address", 8080, false, "");
        cluster.node("gone");
        Pod lost =
                cluster.create(
                        Resources.PODS,
                        "metadata: {name: lost, labels: {app: web}}\n"
                                + "spec: {containers: [{name: c, image: x}]}");
        cluster.report(cluster.bind(lost, "gone"), "Running", true, "10.0.0.3");
        cluster.client.resource(Resources.NODES).delete(ObjectKey.cluster("gone"));
        assertEquals(List.of(), slices().getFirst().endpoints());
    }

    @Test
    void podsWithOtherPortNumbersGetASliceOfTheirOwn() {
        service("selector: {app: web}");
        pod("a", 8080, true, "10.0.0.1");
        pod("b", 9090, true, "10.0.0.2");
        List<EndpointSlice> slices = slices();
        assertEquals(2, slices.size());
        assertEquals(
                List.of(8080, 9090),
                slices.stream().map(s -> s.ports().getFirst().port()).sorted().toList());
    }

    @Test
    void manyEndpointsAreSplitAndSurplusSlicesGo() {
        service("selector: {app: web}");
        for (int i = 0; i < 101; i++) {
            pod("p%03d".formatted(i), 8080, true, "10.0.1." + i);
        }
        List<EndpointSlice> slices = slices();
        assertEquals(2, slices.size());
        TreeSet<String> addresses = new TreeSet<>();
        slices.forEach(s -> s.endpoints().forEach(e -> addresses.addAll(e.addresses())));
        assertEquals(101, addresses.size());
        assertTrue(slices.stream().allMatch(s -> s.endpoints().size() <= 100));
        cluster.all(Resources.PODS).stream()
                .limit(2)
                .forEach(p -> cluster.report(p, "Succeeded", false, ""));
        assertEquals(1, slices().size());
    }

    @Test
    void headlessServiceIsLabelled() {
        service("clusterIP: None\n  selector: {app: web}");
        assertTrue(
                slices().getFirst()
                        .metadata()
                        .labels()
                        .containsKey("service.kubernetes.io/headless"));
    }

    @Test
    void slicesThatPeopleWroteAreLeftAlone() {
        service("type: ClusterIP");
        cluster.create(
                Resources.ENDPOINT_SLICES,
                """
                metadata: {name: web-manual, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: [{addresses: [192.0.2.1]}]
                ports: [{name: http, port: 80}]
                """);
        assertEquals(1, slices().size());
        assertFalse(cluster.find(Resources.ENDPOINTS, "web").isPresent());
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() {
        service("selector: {app: web}");
        pod("a", 8080, true, "10.0.0.1");
        String before = slices().getFirst().resourceVersion();
        assertEquals(before, slices().getFirst().resourceVersion());
    }
}
