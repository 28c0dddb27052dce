package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Controller;
import dev.quilla.controller.TestCluster;
import dev.quilla.controller.lifecycle.GarbageCollector;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.OwnerReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What differs from a replica set, and that the rest is the same. */
class ReplicationControllerTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final ReplicaSetController<ReplicationController> controllers =
            ReplicaSetController.ofReplicationControllers(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    /** Says no selector: it follows from the template. */
    private void create(int replicas) {
        cluster.create(
                Resources.REPLICATION_CONTROLLERS,
                """
                metadata: {name: web}
                spec:
                  replicas: %d
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: "web:1"}]}
                """
                        .formatted(replicas));
    }

    private ReplicationController web() {
        return cluster.get(Resources.REPLICATION_CONTROLLERS, "web");
    }

    private void scale(int replicas) {
        cluster.client
                .resource(Resources.REPLICATION_CONTROLLERS)
                .update(web().toBuilder().spec(s -> s.replicas(replicas)).build());
    }

    private List<String> names() {
        return cluster.livePods().stream().map(Pod::name).toList();
    }

    @Test
    void makesTheMissingPodsAndShowsThem() {
        create(3);
        cluster.reconcile(controllers, WEB);
        assertEquals(3, cluster.livePods().size());
        OwnerReference owner =
                cluster.livePods().getFirst().metadata().ownerReferences().getFirst();
        assertEquals("v1/ReplicationController", owner.apiVersion() + "/" + owner.kind());
        assertTrue(owner.controller());
        assertTrue(cluster.event("SuccessfulCreate").startsWith("Created pod: web-"));
        cluster.runKubelets();
        cluster.reconcile(controllers, WEB);
        assertEquals(3, web().status().replicas());
        assertEquals(3, web().status().fullyLabeledReplicas());
        assertEquals(3, web().status().readyReplicas());
        assertEquals(3, web().status().availableReplicas());
        assertEquals(web().metadata().generation(), web().status().observedGeneration());
    }

    @Test
    void restsWhenAllIsAsWanted() {
        create(1);
        cluster.reconcile(controllers, WEB);
        cluster.runKubelets();
        cluster.reconcile(controllers, WEB);
        String version = web().resourceVersion();
        assertEquals(Controller.Outcome.DONE, cluster.reconcile(controllers, WEB));
        assertEquals(version, web().resourceVersion());
    }

    @Test
    void removesThoseThatAreTooMany() {
        create(3);
        cluster.reconcile(controllers, WEB);
        scale(1);
        cluster.reconcile(controllers, WEB);
        assertEquals(1, cluster.livePods().size());
        cluster.reconcile(controllers, WEB);
        assertEquals(1, web().status().replicas());
    }

    @Test
    void replacesAPodThatIsGone() {
        create(2);
        cluster.reconcile(controllers, WEB);
        Pod gone = cluster.livePods().getFirst();
        cluster.client.resource(Resources.PODS).delete(gone.key());
        cluster.reconcile(controllers, WEB);
        assertEquals(2, cluster.livePods().size());
        assertTrue(!names().contains(gone.name()));
    }

    @Test
    void adoptsByItsSelectorAndLetsGoWhatNoLongerMatches() {
        cluster.create(
                Resources.PODS,
                "metadata: {name: lonely, labels: {app: web}}\n"
                        + "spec: {containers: [{name: c, image: x}]}");
        create(1);
        cluster.reconcile(controllers, WEB);
        Pod adopted = cluster.get(Resources.PODS, "lonely");
        assertEquals(web().uid(), adopted.metadata().ownerReferences().getFirst().uid());
        assertEquals(List.of("lonely"), names());
        cluster.client
                .resource(Resources.PODS)
                .update(adopted.toBuilder().metadata(m -> m.labels(Map.of("app", "x"))).build());
        cluster.reconcile(controllers, WEB);
        assertEquals(List.of(), cluster.get(Resources.PODS, "lonely").metadata().ownerReferences());
        assertEquals(2, cluster.livePods().size());
    }

    @Test
    void failureToCreateIsAConditionUntilItGoesWell() {
        cluster.create(
                Resources.RESOURCE_QUOTAS, "metadata: {name: none}\nspec: {hard: {pods: '0'}}");
        create(1);
        assertThrows(ApiException.class, () -> cluster.reconcile(controllers, WEB));
        var condition = web().status().conditions().getFirst();
        assertEquals("ReplicaFailure", condition.type());
        assertEquals("FailedCreate", condition.reason());
        String version = web().resourceVersion();
        assertThrows(ApiException.class, () -> cluster.reconcile(controllers, WEB));
        assertEquals(version, web().resourceVersion(), "what lasts is told once");
        cluster.client.resource(Resources.RESOURCE_QUOTAS).delete(new ObjectKey("default", "none"));
        cluster.reconcile(controllers, WEB);
        assertEquals(List.of(), web().status().conditions());
        assertEquals(1, cluster.livePods().size());
    }

    @Test
    void podCountsAsAvailableOnlyAfterItsTime() {
        create(1);
        cluster.client
                .resource(Resources.REPLICATION_CONTROLLERS)
                .update(web().toBuilder().spec(s -> s.minReadySeconds(10)).build());
        cluster.reconcile(controllers, WEB);
        cluster.runKubelets();
        assertTrue(TestCluster.delay(cluster.reconcile(controllers, WEB)).isPositive());
        assertEquals(0, web().status().availableReplicas());
        cluster.clock.pass(Duration.ofSeconds(10));
        cluster.reconcile(controllers, WEB);
        assertEquals(1, web().status().availableReplicas());
    }

    @Test
    void podsOutliveItWhenTheyAreOrphaned() {
        create(2);
        cluster.reconcile(controllers, WEB);
        List<String> before = names();
        cluster.client
                .resource(Resources.REPLICATION_CONTROLLERS)
                .delete(WEB, DeleteOptions.builder().propagationPolicy("Orphan").build());
        var collector = new GarbageCollector(cluster.client, cluster.informers);
        cluster.reconcile(collector, new ObjectKey("default", "ReplicationController|web"));
        assertEquals(List.of(), cluster.all(Resources.REPLICATION_CONTROLLERS));
        assertEquals(before, names());
        assertEquals(List.of(), cluster.livePods().getFirst().metadata().ownerReferences());
    }
}
