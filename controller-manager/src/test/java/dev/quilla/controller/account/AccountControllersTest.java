package dev.quilla.controller.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountControllersTest {

    private static final ObjectKey NAMESPACE = ObjectKey.cluster("default");
    private static final String ROOT = "kube-root-ca.crt";

    private final TestCluster cluster = new TestCluster();
    private final ServiceAccountController accounts =
            new ServiceAccountController(cluster.client, cluster.informers);
    private final RootCaController roots =
            new RootCaController(cluster.client, cluster.informers, "PEM");

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void everyNamespaceGetsItsAccountAndGetsItBack() {
        cluster.reconcile(accounts, NAMESPACE);
        assertTrue(cluster.find(Resources.SERVICE_ACCOUNTS, "default").isPresent());
        cluster.client
                .resource(Resources.SERVICE_ACCOUNTS)
                .delete(new ObjectKey("default", "default"));
        cluster.reconcile(accounts, NAMESPACE);
        assertTrue(cluster.find(Resources.SERVICE_ACCOUNTS, "default").isPresent());
    }

    @Test
    void everyNamespaceHasTheAuthorityAsItIs() {
        cluster.reconcile(roots, NAMESPACE);
        ConfigMap map = cluster.get(Resources.CONFIG_MAPS, ROOT);
        assertEquals(Map.of("ca.crt", "PEM"), map.data());
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .update(map.toBuilder().data(Map.of("ca.crt", "forged")).build());
        cluster.reconcile(roots, NAMESPACE);
        assertEquals(Map.of("ca.crt", "PEM"), cluster.get(Resources.CONFIG_MAPS, ROOT).data());
    }

    @Test
    void namespaceThatEndsGetsNothing() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: ending, finalizers: [test/hold]}");
        cluster.client.resource(Resources.NAMESPACES).delete(ObjectKey.cluster("ending"));
        cluster.reconcile(accounts, ObjectKey.cluster("ending"));
        cluster.reconcile(roots, ObjectKey.cluster("ending"));
        assertFalse(
                cluster.client
                        .resource(Resources.CONFIG_MAPS)
                        .find(new ObjectKey("ending", ROOT))
                        .isPresent());
    }
}
