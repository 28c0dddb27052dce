package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.List;
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
    void nodeThatRegistersAgainKeepsItsPods() {
        cluster.client.resource(Resources.NODES).delete(NODE);
        cluster.clock.pass(reconcile());
        cluster.node("node-1");
        reconcile();
        assertEquals(List.of("bound", "waiting"), left());
    }

    @Test
    void podsWithoutANodeAreLeftAlone() {
        cluster.reconcile(controller, ObjectKey.cluster(""));
        cluster.clock.pass(Duration.ofDays(1));
        cluster.reconcile(controller, ObjectKey.cluster(""));
        assertEquals(List.of("bound", "waiting"), left());
    }
}
