package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {

    private static final ObjectKey SHOP = ObjectKey.cluster("shop");

    private final TestCluster cluster = new TestCluster();
    private final NamespaceController controller =
            new NamespaceController(cluster.client, cluster.informers, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void namespaceGoesWhenAllInItIsGone() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: shop}");
        cluster.create(Resources.CONFIG_MAPS, "metadata: {name: a, namespace: shop}");
        cluster.create(Resources.CONFIG_MAPS, "metadata: {name: stays}");
        Pod pod =
                cluster.create(
                        Resources.PODS,
                        "metadata: {name: p, namespace: shop}\n"
                                + "spec: {containers: [{name: c, image: x}]}");
        cluster.bind(pod, "node-1");
        cluster.client.resource(Resources.NAMESPACES).delete(SHOP);
        assertTrue(TestCluster.delay(cluster.reconcile(controller, SHOP)).isPositive());
        Pod ending = cluster.client.resource(Resources.PODS).get(pod.key());
        assertTrue(ending.metadata().hasDeletionTimestamp(), "it is ended gracefully");
        cluster.client
                .resource(Resources.PODS)
                .delete(pod.key(), DeleteOptions.builder().gracePeriodSeconds(0).build());
        cluster.reconcile(controller, SHOP);
        assertFalse(cluster.find(Resources.NAMESPACES, "shop").isPresent());
        assertEquals("stays", cluster.all(Resources.CONFIG_MAPS).getFirst().name());
    }

    @Test
    void namespaceThatIsNotDeletedIsLeftAlone() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: shop}");
        cluster.create(Resources.CONFIG_MAPS, "metadata: {name: a, namespace: shop}");
        cluster.reconcile(controller, SHOP);
        assertEquals(1, cluster.all(Resources.CONFIG_MAPS).size());
    }
}
