package dev.quilla.controller.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Pods;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.coordination.v1.Lease;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeCondition;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.Taint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeLifecycleControllerTest {

    private static final List<String> LOST =
            List.of(
                    "node.kubernetes.io/unreachable:NoSchedule",
                    "node.kubernetes.io/unreachable:NoExecute");

    private final TestCluster cluster = new TestCluster();
    private NodeLifecycleController controller = controller();
    private final TaintEvictionController eviction =
            new TaintEvictionController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    private NodeLifecycleController controller() {
        return new NodeLifecycleController(
                cluster.client, cluster.informers, cluster.events, cluster.clock);
    }

    @BeforeEach
    void twoNodes() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: kube-node-lease}");
        join("alive");
        join("dying");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void join(String name) {
        cluster.node(name);
        cluster.create(
                Resources.LEASES,
                "metadata: {namespace: kube-node-lease, name: %s}\nspec: {leaseDurationSeconds: 40}"
                        .formatted(name));
    }

    private void renew(String name) {
        ObjectKey key = new ObjectKey("kube-node-lease", name);
        Lease lease = cluster.client.resource(Resources.LEASES).get(key);
        cluster.client
                .resource(Resources.LEASES)
                .update(lease.toBuilder().spec(s -> s.renewTime(cluster.clock.instant())).build());
    }

    private void look(String... names) {
        for (String name : names) {
            cluster.reconcile(controller, ObjectKey.cluster(name));
        }
    }

    /** Time passes as it does: everybody is looked at every five seconds. */
    private void pass(int seconds, List<String> alive, String... looked) {
        for (int i = 0; i < seconds; i += 5) {
            cluster.clock.pass(Duration.ofSeconds(5));
            alive.forEach(this::renew);
            look(looked);
        }
    }

    private List<String> taints(String node) {
        return cluster.get(Resources.NODES, node).spec().taints().stream()
                .map(t -> t.key() + ":" + t.effect())
                .toList();
    }

    private Pod pod(String name, String node, String tolerations) {
        Pod pod =
                cluster.create(
                        Resources.PODS,
                        """
                        metadata: {name: %s}
                        spec:
                          tolerations: %s
                          containers: [{name: c, image: x}]
                        """
                                .formatted(name, tolerations));
        return cluster.report(cluster.bind(pod, node), "Running", true, "10.0.0.1");
    }

    @Test
    void nodeThatNoLongerRenewsIsLostAndTainted() {
        Pod pod = pod("web", "dying", "[]");
        look("alive", "dying");
        pass(25, List.of("alive"), "alive", "dying");
        assertEquals(List.of(), taints("dying"));
        pass(5, List.of("alive"), "alive", "dying");
        Node node = cluster.get(Resources.NODES, "dying");
        assertEquals("Unknown", NodeTaints.readiness(node));
        assertEquals("NodeStatusUnknown", node.status().conditions().getFirst().reason());
        assertEquals(LOST, taints("dying"));
        assertEquals(List.of(), taints("alive"));
        assertFalse(Pods.isReady(cluster.get(Resources.PODS, pod.name())));
        assertTrue(cluster.event("NodeNotReady").contains("ot"), "told");
    }

    @Test
    void nodeThatNeverSaidAnythingIsUnknown() {
        cluster.create(Resources.NODES, "metadata: {name: silent}");
        look("silent");
        pass(30, List.of(), "silent");
        Node node = cluster.get(Resources.NODES, "silent");
        assertEquals(
                List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"),
                node.status().conditions().stream().map(NodeCondition::type).toList());
        assertTrue(
                node.status().conditions().stream()
                        .allMatch(c -> c.reason().equals("NodeStatusNeverUpdated")));
        pass(10, List.of(), "silent");
        assertEquals(
                node.resourceVersion(),
                cluster.get(Resources.NODES, "silent").resourceVersion(),
                "told again");
    }

    @Test
    void nodeThatComesBackLosesItsTaints() {
        look("alive", "dying");
        pass(30, List.of("alive"), "alive", "dying");
        Node node = cluster.get(Resources.NODES, "dying");
        renew("dying");
        cluster.client
                .resource(Resources.NODES)
                .updateStatus(
                        node.toBuilder()
                                .status(s ->
                                        s.conditions(
                                                List.of(
                                                        node
                                                                .status()
                                                                .conditions()
                                                                .getFirst()
                                                                .toBuilder()
                                                                .status("True")
                                                                .build())))
                                .build());
        look("dying");
        assertEquals(List.of(), taints("dying"));
    }

    @Test
    void newLeaderDeclaresNobodyLostBeforeItHasWaited() {
        look("alive", "dying");
        pass(20, List.of(), "alive", "dying");
        controller = controller();
        look("alive", "dying");
        pass(25, List.of(), "alive", "dying");
        assertEquals(List.of(), taints("alive"));
        assertEquals(List.of(), taints("dying"));
    }

    @Test
    void leaderThatWasStalledDeclaresNobodyLost() {
        look("alive", "dying");
        cluster.clock.pass(Duration.ofMinutes(10));
        look("alive", "dying");
        assertEquals(List.of(), taints("alive"));
        assertEquals(List.of(), taints("dying"));
    }

    @Test
    void noPodIsMovedWhenAllNodesAreLost() {
        look("alive", "dying");
        pass(60, List.of(), "alive", "dying");
        assertEquals(List.of("node.kubernetes.io/unreachable:NoSchedule"), taints("alive"));
        assertEquals(List.of("node.kubernetes.io/unreachable:NoSchedule"), taints("dying"));
    }

    @Test
    void nodesAreEmptiedOneAfterTheOther() {
        for (String name : List.of("c", "d", "e", "f")) {
            join(name);
        }
        String[] all = {"alive", "c", "d", "e", "f", "dying"};
        look(all);
        pass(30, List.of("alive", "c", "d", "e"), all);
        assertEquals(
                List.of(1L, 1L),
                List.of(
                        taints("dying").stream().filter(t -> t.endsWith("NoSchedule")).count(),
                        taints("f").stream().filter(t -> t.endsWith("NoSchedule")).count()));
        assertEquals(1, List.of("dying", "f").stream().filter(n -> taints(n).equals(LOST)).count());
        pass(5, List.of("alive", "c", "d", "e"), all);
        assertEquals(LOST, taints("dying"));
        assertEquals(LOST, taints("f"));
    }

    @Test
    void cordonedNodeIsTaintedAndKeepsTaintsThatPeopleSet() {
        Node node = cluster.get(Resources.NODES, "alive");
        Taint own = Taint.builder().key("team").value("a").effect("NoSchedule").build();
        cluster.client
                .resource(Resources.NODES)
                .update(
                        node.toBuilder()
                                .spec(s -> s.unschedulable(true).taints(List.of(own)))
                                .build());
        look("alive");
        assertEquals(
                List.of("team:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"),
                taints("alive"));
    }

    private void setTaint() {
        Node node = cluster.get(Resources.NODES, "alive");
        Taint taint = Taint.builder().key("fire").value("yes").effect("NoExecute").build();
        cluster.client
                .resource(Resources.NODES)
                .update(node.toBuilder().spec(s -> s.taints(List.of(taint))).build());
    }

    private boolean runs(String pod) {
        return !cluster.get(Resources.PODS, pod).metadata().hasDeletionTimestamp();
    }

    @Test
    void podsLeaveWhenTheirTolerationEnds() {
        pod("intolerant", "alive", "[]");
        pod("other-value", "alive", "[{key: fire, operator: Equal, value: no}]");
        pod(
                "patient",
                "alive",
                "[{key: fire, operator: Exists, effect: NoExecute, tolerationSeconds: 60}]");
        pod("stoic", "alive", "[{operator: Exists}]");
        setTaint();
        ObjectKey alive = ObjectKey.cluster("alive");
        Duration wait = TestCluster.delay(cluster.reconcile(eviction, alive));
        assertFalse(runs("intolerant"));
        assertFalse(runs("other-value"));
        assertTrue(runs("patient"));
        assertEquals(Duration.ofSeconds(60), wait);
        assertEquals(
                List.of("DeletionByTaintManager"),
                cluster.get(Resources.PODS, "intolerant").status().conditions().stream()
                        .filter(c -> c.type().equals("DisruptionTarget"))
                        .map(PodCondition::reason)
                        .toList());
        assertTrue(cluster.event("TaintManagerEviction").startsWith("Marking for deletion Pod "));
        cluster.clock.pass(wait);
        assertEquals(Duration.ZERO, TestCluster.delay(cluster.reconcile(eviction, alive)));
        assertFalse(runs("patient"));
        assertTrue(runs("stoic"));
    }
}
