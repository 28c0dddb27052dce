package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.Eventually;
import dev.quilla.client.Subscription;
import dev.quilla.controller.Controller;
import dev.quilla.controller.FruitServer;
import dev.quilla.controller.RegisteredServer;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects of another server's group are owned, own, and live in namespaces like all others. */
@Timeout(60)
class OtherServersTest {

    private static final ObjectKey SHOP = ObjectKey.cluster("shop");

    private final TestCluster cluster = new TestCluster();
    private FruitServer fruits;
    private RegisteredServer registered;

    @BeforeEach
    void serve(@TempDir Path directory) throws IOException {
        fruits = new FruitServer(directory);
        registered =
                new RegisteredServer(
                        cluster,
                        "v1",
                        "fruit.example.com",
                        "fruits",
                        fruits.port(),
                        fruits.caBundle());
        registered.available(true);
        cluster.create(Resources.NAMESPACES, "metadata: {name: shop}");
    }

    @AfterEach
    void close() {
        cluster.close();
        fruits.close();
    }

    @Test
    void aNamespaceGoesWithWhatOthersHoldOfIt() {
        fruits.grow("shop", "apple", Map.of());
        fruits.grow("default", "pear", Map.of());
        NamespaceController controller =
                new NamespaceController(cluster.client, cluster.informers, cluster.clock);
        cluster.client.resource(Resources.NAMESPACES).delete(SHOP);
        cluster.reconcile(controller, SHOP);
        assertFalse(fruits.has("shop", "apple"));
        cluster.reconcile(controller, SHOP);
        assertTrue(cluster.client.resource(Resources.NAMESPACES).find(SHOP).isEmpty());
        assertTrue(fruits.has("default", "pear"));
        assertTrue(fruits.users().contains("test"), "it is asked in the controller's name");
    }

    @Test
    void aNamespaceStaysWhileNobodyKnowsWhatAServerHolds() {
        fruits.grow("shop", "apple", Map.of());
        cluster.create(Resources.CONFIG_MAPS, "metadata: {name: a, namespace: shop}");
        registered.available(false);
        NamespaceController controller =
                new NamespaceController(cluster.client, cluster.informers, cluster.clock);
        cluster.client.resource(Resources.NAMESPACES).delete(SHOP);
        cluster.reconcile(controller, SHOP);
        cluster.reconcile(controller, SHOP);
        var condition =
                cluster.client
                        .resource(Resources.NAMESPACES)
                        .get(SHOP)
                        .status()
                        .conditions()
                        .getFirst();
        assertEquals("NamespaceDeletionDiscoveryFailure", condition.type());
        assertEquals("True", condition.status());
        assertTrue(condition.message().contains("fruit.example.com/v1"), condition.message());
        assertTrue(
                cluster.client
                        .resource(Resources.CONFIG_MAPS)
                        .find(new ObjectKey("shop", "a"))
                        .isEmpty());
        registered.available(true);
        cluster.reconcile(controller, SHOP);
        cluster.reconcile(controller, SHOP);
        assertTrue(cluster.client.resource(Resources.NAMESPACES).find(SHOP).isEmpty());
    }

    @Test
    void whatOthersServeIsOwnedAndOwns() throws InterruptedException {
        BlockingQueue<ObjectKey> keys = new LinkedBlockingQueue<>();
        GarbageCollector collector = new GarbageCollector(cluster.client, cluster.informers);
        List<Subscription> woken =
                collector.triggers().stream().map(t -> t.start(keys::add)).toList();
        ConfigMap tree = cluster.create(Resources.CONFIG_MAPS, "metadata: {name: tree}");
        fruits.grow("default", "apple", ownedBy("v1", "ConfigMap", "tree", tree.uid()));
        cluster.create(
                Resources.CONFIG_MAPS,
                """
                metadata:
                  name: worm
                  ownerReferences:
                  - {apiVersion: fruit.example.com/v1, kind: Fruit, name: apple, uid: uid-of-apple}
                """);
        work(collector, keys, "all is looked at", () -> fruits.users().contains("test"));
        assertTrue(fruits.has("default", "apple"));
        cluster.client.resource(Resources.CONFIG_MAPS).delete(tree.key());
        work(collector, keys, "the apple goes", () -> !fruits.has("default", "apple"));
        work(
                collector,
                keys,
                "the worm goes",
                () -> cluster.find(Resources.CONFIG_MAPS, "worm").isEmpty());
        woken.forEach(Subscription::close);
    }

    private static Map<String, ?> ownedBy(String version, String kind, String name, String uid) {
        return Map.of(
                "ownerReferences",
                List.of(Map.of("apiVersion", version, "kind", kind, "name", name, "uid", uid)));
    }

    /** Reconciles as the loop does, until something is so. */
    private static void work(
            Controller controller,
            BlockingQueue<ObjectKey> keys,
            String what,
            BooleanSupplier reached)
            throws InterruptedException {
        Eventually.eventually(
                what,
                () -> {
                    for (ObjectKey key = keys.poll(); key != null; key = keys.poll()) {
                        try {
                            controller.reconcile(key);
                        } catch (ApiException e) {
                            keys.add(key);
                            break;
                        }
                    }
                    return reached.getAsBoolean();
                });
    }
}
