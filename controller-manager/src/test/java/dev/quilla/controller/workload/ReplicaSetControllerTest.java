package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Controller;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaSetControllerTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final ReplicaSetController<ReplicaSet> sets =
            ReplicaSetController.ofReplicaSets(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private ReplicaSet create(int replicas) {
        return cluster.create(
                Resources.REPLICA_SETS,
                """
                metadata: {name: web}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: "web:1"}]}
                """
                        .formatted(replicas));
    }

    private Pod orphan(String name, String app) {
        return cluster.create(
                Resources.PODS,
                "metadata: {name: %s, labels: {app: %s}}\nspec: {containers: [{name: c, image: x}]}"
                        .formatted(name, app));
    }

    private ReplicaSet set() {
        return cluster.get(Resources.REPLICA_SETS, "web");
    }

    private void scale(int replicas) {
        cluster.client
                .resource(Resources.REPLICA_SETS)
                .update(set().toBuilder().spec(s -> s.replicas(replicas)).build());
    }

    @Test
    void makesTheMissingPodsAndSaysSo() {
        create(3);
        cluster.reconcile(sets, WEB);
        assertEquals(3, cluster.livePods().size());
        assertTrue(cluster.event("SuccessfulCreate").startsWith("Created pod: web-"));
        cluster.runKubelets();
        cluster.reconcile(sets, WEB);
        assertEquals(3, set().status().readyReplicas());
        assertEquals(3, set().status().availableReplicas());
        assertEquals(set().metadata().generation(), set().status().observedGeneration());
    }

    @Test
    void aFailureThatLastsIsToldOnce() {
        cluster.create(
                Resources.RESOURCE_QUOTAS, "metadata: {name: none}\nspec: {hard: {pods: '0'}}");
        create(1);
        assertThrows(ApiException.class, () -> cluster.reconcile(sets, WEB));
        ReplicaSet failing = set();
        assertTrue(failing.status().conditions().getFirst().message().contains("exceeded quota"));
        assertThrows(ApiException.class, () -> cluster.reconcile(sets, WEB));
        assertEquals(failing.resourceVersion(), set().resourceVersion());
    }

    @Test
    void makesNoPodTwiceWhileTheCacheLags() {
        create(50);
        cluster.settle();
        Controller.Outcome outcome = sets.reconcile(WEB);
        for (int i = 0; i < 100 && outcome instanceof Controller.Outcome.After; i++) {
            outcome = sets.reconcile(WEB);
        }
        cluster.reconcile(sets, WEB);
        assertEquals(50, cluster.livePods().size());
    }

    @Test
    void removesNoOtherPodsWhileTheCacheLags() {
        create(6);
        cluster.reconcile(sets, WEB);
        cluster.runKubelets();
        scale(4);
        cluster.settle();
        for (int i = 0; i < 3; i++) {
            reconcileWithWhatTheCacheHas();
        }
        assertEquals(4, cluster.livePods().size());
        cluster.reconcile(sets, WEB);
        assertEquals(4, cluster.livePods().size());
    }

    private void reconcileWithWhatTheCacheHas() {
        try {
            sets.reconcile(WEB);
        } catch (ApiException e) {
            assertTrue(e.isConflict(), "a status written over an old version may be refused");
        }
    }

    @Test
    void actionThatFailsIsNotTriedHundredsOfTimes() {
        AtomicInteger tries = new AtomicInteger();
        var failure =
                SlowStart.run(
                        100,
                        () -> {
                            if (tries.incrementAndGet() > 2) {
                                throw new IllegalStateException("enough");
                            }
                        });
        assertEquals("enough", failure.orElseThrow().getMessage());
        assertEquals(3, tries.get(), "one, then two of which the second fails");
    }

    @Test
    void failureToCreateIsAConditionUntilItGoesWell() {
        create(2);
        cluster.client
                .resource(Resources.NAMESPACES)
                .update(
                        cluster.get(Resources.NAMESPACES, "default").toBuilder()
                                .metadata(m -> m.finalizers(List.of("test/hold")))
                                .build());
        cluster.client.resource(Resources.NAMESPACES).delete(ObjectKey.cluster("default"));
        assertThrows(ApiException.class, () -> cluster.reconcile(sets, WEB));
        assertEquals("ReplicaFailure", set().status().conditions().getFirst().type());
        assertEquals("FailedCreate", set().status().conditions().getFirst().reason());
    }

    @Test
    void uselessPodsGoFirst() {
        create(4);
        cluster.reconcile(sets, WEB);
        List<Pod> pods = cluster.livePods();
        cluster.report(cluster.bind(pods.get(0), "node-1"), "Running", true, "10.0.0.1");
        cluster.report(cluster.bind(pods.get(1), "node-1"), "Running", false, "10.0.0.2");
        cluster.bind(pods.get(2), "node-1");
        for (int left = 3; left >= 1; left--) {
            scale(left);
            cluster.reconcile(sets, WEB);
            assertEquals(
                    pods.stream().limit(left).map(Pod::name).toList(),
                    cluster.livePods().stream().map(Pod::name).toList());
        }
    }

    @Test
    void deletionCostOverridesAge() {
        create(2);
        cluster.reconcile(sets, WEB);
        cluster.runKubelets();
        Pod dear = cluster.livePods().getLast();
        cluster.client
                .resource(Resources.PODS)
                .update(
                        dear.toBuilder()
                                .metadata(m ->
                                        m.annotations(
                                                Map.of(
                                                        "controller.kubernetes.io/pod-deletion-cost",
                                                        "100")))
                                .build());
        scale(1);
        cluster.reconcile(sets, WEB);
        assertEquals(List.of(dear.name()), cluster.livePods().stream().map(Pod::name).toList());
    }

    @Test
    void orphanThatMatchesIsAdoptedAndCounts() {
        orphan("lonely", "web");
        create(1);
        cluster.reconcile(sets, WEB);
        Pod pod = cluster.get(Resources.PODS, "lonely");
        assertEquals(set().uid(), pod.metadata().ownerReferences().getFirst().uid());
        assertEquals(1, cluster.livePods().size());
    }

    @Test
    void podThatNoLongerMatchesIsReleasedAndReplaced() {
        create(1);
        cluster.reconcile(sets, WEB);
        Pod pod = cluster.livePods().getFirst();
        cluster.client
                .resource(Resources.PODS)
                .update(pod.toBuilder().metadata(m -> m.labels(Map.of("app", "debugged"))).build());
        cluster.reconcile(sets, WEB);
        Pod released = cluster.get(Resources.PODS, pod.name());
        assertEquals(List.of(), released.metadata().ownerReferences());
        assertEquals(2, cluster.livePods().size());
    }

    @Test
    void podCountsAsAvailableOnlyAfterItsTime() {
        create(1);
        cluster.client
                .resource(Resources.REPLICA_SETS)
                .update(set().toBuilder().spec(s -> s.minReadySeconds(10)).build());
        cluster.reconcile(sets, WEB);
        cluster.runKubelets();
        Duration wait = TestCluster.delay(cluster.reconcile(sets, WEB));
        assertEquals(0, set().status().availableReplicas());
        assertTrue(wait.isPositive());
        cluster.clock.pass(Duration.ofSeconds(10));
        cluster.reconcile(sets, WEB);
        assertEquals(1, set().status().availableReplicas());
        assertEquals(Controller.Outcome.DONE, cluster.reconcile(sets, WEB));
    }

    @Test
    void failedPodIsReplaced() {
        create(1);
        cluster.reconcile(sets, WEB);
        cluster.report(cluster.livePods().getFirst(), "Failed", false, "");
        cluster.reconcile(sets, WEB);
        assertEquals(1, cluster.livePods().size());
        assertEquals(2, cluster.all(Resources.PODS).size());
    }
}
