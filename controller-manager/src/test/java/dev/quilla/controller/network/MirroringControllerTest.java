package dev.quilla.controller.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MirroringControllerTest {

    private static final ObjectKey DB = new ObjectKey("default", "db");

    private final TestCluster cluster = new TestCluster();
    private final MirroringController controller =
            new MirroringController(cluster.client, cluster.informers);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void service(String more) {
        cluster.create(
                Resources.SERVICES,
                "metadata: {name: db}\nspec: {ports: [{name: sql, port: 5432}], %s}"
                        .formatted(more));
    }

    private Endpoints endpoints(String metadata) {
        return cluster.create(
                Resources.ENDPOINTS,
                """
                metadata: {name: db, labels: {tier: data}, %s}
                subsets:
                - addresses: [{ip: 10.1.2.3, hostname: one}, {ip: "fd00::1"}]
                  notReadyAddresses: [{ip: 10.1.2.4}]
                  ports: [{name: sql, port: 5433, protocol: TCP}]
                """
                        .formatted(metadata));
    }

    private List<EndpointSlice> slices() {
        cluster.reconcile(controller, DB);
        return cluster.all(Resources.ENDPOINT_SLICES);
    }

    private List<String> shown() {
        return slices().stream()
                .map(s ->
                        s.addressType()
                                + s.endpoints().stream()
                                        .map(e ->
                                                e.addresses().getFirst()
                                                        + " "
                                                        + e.conditions().ready())
                                        .toList()
                                + s.ports().getFirst().name()
                                + s.ports().getFirst().port())
                .toList();
    }

    @Test
    void endpointsWithoutASelectorAreShownInSlices() {
        service("type: ClusterIP");
        endpoints("");
        assertEquals(
                List.of("IPv4[10.1.2.3 true, 10.1.2.4 false]sql5433", "IPv6[fd00::1 true]sql5433"),
                shown());
        EndpointSlice first = slices().getFirst();
        assertEquals("db", first.metadata().labels().get("kubernetes.io/service-name"));
        assertEquals("data", first.metadata().labels().get("tier"));
        assertEquals("Endpoints", first.metadata().ownerReferences().getFirst().kind());
        assertEquals("one", first.endpoints().getFirst().hostname());
    }

    @Test
    void slicesFollowWhatIsWritten() {
        service("type: ClusterIP");
        Endpoints written = endpoints("");
        slices();
        written =
                cluster.client
                        .resource(Resources.ENDPOINTS)
                        .update(
                                written.toBuilder()
                                        .subsets(
                                                List.of(
                                                        written.subsets().getFirst().toBuilder()
                                                                .clearNotReadyAddresses()
                                                                .addresses(
                                                                        written.subsets()
                                                                                .getFirst()
                                                                                .addresses()
                                                                                .subList(0, 1))
                                                                .build()))
                                        .build());
        assertEquals(List.of("IPv4[10.1.2.3 true]sql5433"), shown());
        String version = slices().getFirst().resourceVersion();
        assertEquals(version, slices().getFirst().resourceVersion(), "nothing to do");
        cluster.client.resource(Resources.ENDPOINTS).delete(written.key());
        assertEquals(List.of(), shown());
    }

    @Test
    void serviceWithASelectorHasSlicesOfItsPodsAlone() {
        service("selector: {app: db}");
        endpoints("");
        assertEquals(List.of(), shown());
    }

    @Test
    void whatIsNotToBeMirroredIsNot() {
        service("type: ClusterIP");
        cluster.client
                .resource(Resources.ENDPOINTS)
                .delete(
                        endpoints("annotations: {control-plane.alpha.kubernetes.io/leader: x}")
                                .key());
        cluster.create(
                Resources.ENDPOINTS,
                """
                metadata: {name: db, labels: {endpointslice.kubernetes.io/skip-mirror: "true"}}
                subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 1, protocol: TCP}]}]
                """);
        assertEquals(List.of(), shown());
    }
}
