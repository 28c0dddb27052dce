package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.Eventually;
import dev.quilla.client.Subscription;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.Taint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodGarbageControllerTest {

    private static final ObjectKey NODE = ObjectKey.cluster("node-1");

    private final TestCluster cluster = new TestCluster();
    private final PodGarbageController controller =
            new PodGarbageController(cluster.client, cluster.informers, cluster.clock);

    @BeforeEach
    void podOnANodeAndOneThatWaits() {
        cluster.node("node-1");
        cluster.bind(pod("bound"), "node-1");
        pod("waiting");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Pod pod(String name) {
        return cluster.create(
                Resources.PODS,
                "metadata: {name: %s}\nspec: {containers: [{name: c, image: x}]}".formatted(name));
    }

    private Duration reconcile() {
        return TestCluster.delay(cluster.reconcile(controller, NODE));
    }

    private List<String> left() {
        return cluster.all(Resources.PODS).stream().map(Pod::name).toList();
    }

    @Test
    void podsGoWhenTheirNodeStaysAway() {
        assertEquals(Duration.ZERO, reconcile());
        cluster.client.resource(Resources.NODES).delete(NODE);
        Duration wait = reconcile();
        assertTrue(wait.isPositive());
        assertEquals(List.of("bound", "waiting"), left());
        cluster.clock.pass(wait);
        reconcile();
        assertEquals(List.of("waiting"), left());
    }

    @Test
    void whatIsLeftOfAPodSaysThatItFailedAndWhy() {
        Pod bound = cluster.get(Resources.PODS, "bound");
        Pod held =
                bound.toBuilder()
                        .metadata(m -> m.finalizers(List.of("example.com/counts")))
                        .build();
        cluster.client.resource(Resources.PODS).update(held);
        cluster.client.resource(Resources.NODES).delete(NODE);
        cluster.clock.pass(reconcile());
        reconcile();
        Pod left = cluster.get(Resources.PODS, "bound");
        assertTrue(left.metadata().hasDeletionTimestamp());
        assertEquals("Failed", left.status().phase());
        PodCondition condition =
                left.status().conditions().stream()
                        .filter(c -> c.type().equals("DisruptionTarget"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("True", condition.status());
        assertEquals("DeletionByPodGC", condition.reason());
    }

    @Test
    void podsOfANodeThatIsSwitchedOffGoWhenTheyAreDeleted() {
        Pod bound = cluster.get(Resources.PODS, "bound");
        cluster.report(bound, "Running", true, "10.0.0.1");
        cluster.client.resource(Resources.PODS).delete(bound.key());
        Node node = cluster.client.resource(Resources.NODES).get(NODE);
        Node lost =
                cluster.client
                        .resource(Resources.NODES)
                        .updateStatus(
                                node.toBuilder().status(s -> s.conditions(List.of())).build());
        reconcile();
        assertEquals(List.of("bound", "waiting"), left());
        Taint off =
                Taint.builder()
                        .key("node.kubernetes.io/out-of-service")
                        .effect("NoExecute")
                        .build();
        cluster.client
                .resource(Resources.NODES)
                .update(lost.toBuilder().spec(s -> s.taints(List.of(off))).build());
        reconcile();
        assertEquals(List.of("waiting"), left());
    }

    @Test
    void nodeThatRegistersAgainKeepsItsPods() {
        cluster.client.resource(Resources.NODES).delete(NODE);
        cluster.clock.pass(reconcile());
        cluster.node("node-1");
        reconcile();
        assertEquals(List.of("bound", "waiting"), left());
    }

    @Test
    void podsWithoutANodeWakeNobody() throws InterruptedException {
        Set<ObjectKey> woken = ConcurrentHashMap.newKeySet();
        try (Subscription _ = controller.triggers().getLast().start(woken::add)) {
            cluster.node("node-2");
            cluster.bind(pod("later"), "node-2");
            cluster.settle();
            Eventually.eventually(
                    "the nodes of the pods are looked at",
                    () -> woken.equals(Set.of(NODE, ObjectKey.cluster("node-2"))));
        }
    }

    @Test
    void podsWithoutANodeAreLeftAlone() {
        cluster.reconcile(controller, ObjectKey.cluster(""));
        cluster.clock.pass(Duration.ofDays(1));
        cluster.reconcile(controller, ObjectKey.cluster(""));
        assertEquals(List.of("bound", "waiting"), left());
    }
}
