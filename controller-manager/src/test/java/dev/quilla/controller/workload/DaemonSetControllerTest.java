package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Pods;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DaemonSetControllerTest {

    private static final ObjectKey LOGS = new ObjectKey("default", "logs");

    private final TestCluster cluster = new TestCluster();
    private final DaemonSetController controller =
            new DaemonSetController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @BeforeEach
    void nodes() {
        List.of("a", "b", "c").forEach(cluster::node);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void create(String podSpec) {
        cluster.create(
                Resources.DAEMON_SETS,
                """
                metadata: {name: logs}
                spec:
                  selector: {matchLabels: {app: logs}}
                  template:
                    metadata: {labels: {app: logs}}
                    spec: {%s containers: [{name: c, image: "logs:1"}]}
                """
                        .formatted(podSpec));
    }

    private DaemonSet set() {
        return cluster.get(Resources.DAEMON_SETS, "logs");
    }

    private void reconcile() {
        cluster.reconcile(controller, LOGS);
    }

    /** Does what scheduler and kubelets do; answers the most pods that were down meanwhile. */
    private void run() {
        for (Pod pod : cluster.all(Resources.PODS)) {
            if (pod.metadata().hasDeletionTimestamp()) {
                cluster.client
                        .resource(Resources.PODS)
                        .delete(pod.key(), DeleteOptions.builder().gracePeriodSeconds(0).build());
            } else if (!Pods.isReady(pod)) {
                Pod bound =
                        pod.spec().nodeName().isEmpty()
                                ? cluster.bind(pod, DaemonPlan.nodeOf(pod))
                                : pod;
                cluster.report(bound, "Running", true, "10.0.0.1");
            }
        }
    }

    private List<String> nodesWithPods() {
        return cluster.livePods().stream().map(DaemonPlan::nodeOf).sorted().toList();
    }

    private void taint(String node, String effect) {
        Node before = cluster.get(Resources.NODES, node);
        Taint taint = Taint.builder().key("team").value("x").effect(effect).build();
        cluster.client
                .resource(Resources.NODES)
                .update(before.toBuilder().spec(s -> s.taints(List.of(taint))).build());
    }

    @Test
    void everyNodeGetsOnePod() {
        create("");
        reconcile();
        reconcile();
        assertEquals(List.of("a", "b", "c"), nodesWithPods());
        run();
        reconcile();
        assertEquals(3, set().status().desiredNumberScheduled());
        assertEquals(3, set().status().numberAvailable());
        assertEquals(3, set().status().updatedNumberScheduled());
        cluster.node("d");
        reconcile();
        assertEquals(List.of("a", "b", "c", "d"), nodesWithPods());
    }

    @Test
    void onlyNodesThatTheTemplateAllowsGetOne() {
        create("nodeSelector: {topology.kubernetes.io/zone: zone-of-b},");
        reconcile();
        assertEquals(List.of("b"), nodesWithPods());
    }

    @Test
    void taintThatRefusesNewPodsKeepsThoseThatRun() {
        create("");
        taint("c", "NoSchedule");
        reconcile();
        assertEquals(List.of("a", "b"), nodesWithPods());
        taint("a", "NoSchedule");
        reconcile();
        assertEquals(List.of("a", "b"), nodesWithPods());
        taint("a", "NoExecute");
        reconcile();
        assertEquals(List.of("b"), nodesWithPods());
    }

    @Test
    void cordonedOrLostNodeKeepsItsPod() {
        create("");
        reconcile();
        assertTrue(
                cluster.livePods().getFirst().spec().tolerations().stream()
                        .anyMatch(t -> t.key().equals("node.kubernetes.io/unreachable")));
    }

    @Test
    void updateReplacesOnePodAfterTheOther() {
        create("");
        reconcile();
        run();
        reconcile();
        String before = Revisions.hash(set().spec().template(), 0);
        cluster.client
                .resource(Resources.DAEMON_SETS)
                .update(
                        set().toBuilder()
                                .spec(s ->
                                        s.template(t ->
                                                t.metadata(
                                                        m -> m.annotations(Map.of("build", "2")))))
                                .build());
        for (int left = 2; left >= 0; left--) {
            reconcile();
            reconcile();
            assertEquals(2, cluster.livePods().size(), "one is away at a time");
            run();
            reconcile();
            run();
            assertEquals(
                    left,
                    cluster.livePods().stream()
                            .filter(p -> before.equals(DaemonPods.hash(p)))
                            .count());
        }
        reconcile();
        assertEquals(3, set().status().updatedNumberScheduled());
    }

    @Test
    void podThatFailedIsReplaced() {
        create("nodeSelector: {topology.kubernetes.io/zone: zone-of-b},");
        reconcile();
        run();
        String first = cluster.livePods().getFirst().name();
        cluster.report(cluster.livePods().getFirst(), "Failed", false, "");
        reconcile();
        run();
        reconcile();
        assertEquals(1, cluster.livePods().size());
        assertTrue(!cluster.livePods().getFirst().name().equals(first));
    }
}
