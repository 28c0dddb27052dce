package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.NamespaceCondition;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.util.List;
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
        assertEquals(2, cluster.all(Resources.CONFIG_MAPS).size(), "pods go before all else");
        assertEquals("True SomeResourcesRemain", told("NamespaceContentRemaining"));
        cluster.client
                .resource(Resources.PODS)
                .delete(pod.key(), DeleteOptions.builder().gracePeriodSeconds(0).build());
        cluster.reconcile(controller, SHOP);
        assertFalse(cluster.find(Resources.NAMESPACES, "shop").isPresent());
        assertEquals("stays", cluster.all(Resources.CONFIG_MAPS).getFirst().name());
    }

    @Test
    void itsStatusSaysWhatKeepsIt() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: shop, finalizers: [a.b/own]}");
        ConfigMap held =
                cluster.create(
                        Resources.CONFIG_MAPS,
                        "metadata: {name: a, namespace: shop, finalizers: [a.b/c]}");
        cluster.create(Resources.SECRETS, "metadata: {name: s, namespace: shop}");
        cluster.client.resource(Resources.NAMESPACES).delete(SHOP);
        cluster.reconcile(controller, SHOP);
        assertEquals("False ResourcesDiscovered", told("NamespaceDeletionDiscoveryFailure"));
        assertEquals("False ContentDeleted", told("NamespaceDeletionContentFailure"));
        assertEquals("True SomeResourcesRemain", told("NamespaceContentRemaining"));
        assertEquals(
                "Some resources are remaining: configmaps. has 1 resource instances",
                condition("NamespaceContentRemaining").message());
        assertEquals("True SomeFinalizersRemain", told("NamespaceFinalizersRemaining"));
        assertEquals(
                "Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances",
                condition("NamespaceFinalizersRemaining").message());
        String version = shop().metadata().resourceVersion();
        cluster.reconcile(controller, SHOP);
        assertEquals(version, shop().metadata().resourceVersion(), "nothing is told twice");
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .update(
                        cluster.client.resource(Resources.CONFIG_MAPS).get(held.key()).toBuilder()
                                .metadata(m -> m.clearFinalizers())
                                .build());
        cluster.reconcile(controller, SHOP);
        assertEquals("False ContentRemoved", told("NamespaceContentRemaining"));
        assertEquals("False ContentHasNoFinalizers", told("NamespaceFinalizersRemaining"));
        assertEquals(List.of(), shop().spec().finalizers());
        cluster.reconcile(controller, SHOP);
    }

    private Namespace shop() {
        return cluster.client.resource(Resources.NAMESPACES).get(SHOP);
    }

    private NamespaceCondition condition(String type) {
        return shop().status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private String told(String type) {
        return condition(type).status() + " " + condition(type).reason();
    }

    @Test
    void namespaceThatIsNotDeletedIsLeftAlone() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: shop}");
        cluster.create(Resources.CONFIG_MAPS, "metadata: {name: a, namespace: shop}");
        cluster.reconcile(controller, SHOP);
        assertEquals(1, cluster.all(Resources.CONFIG_MAPS).size());
    }
}
