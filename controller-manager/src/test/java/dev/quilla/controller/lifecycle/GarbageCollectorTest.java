package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.Eventually;
import dev.quilla.client.Subscription;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.storage.v1.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GarbageCollectorTest {

    private final TestCluster cluster = new TestCluster();
    private final GarbageCollector collector =
            new GarbageCollector(cluster.client, cluster.informers);

    @AfterEach
    void close() {
        cluster.close();
    }

    private ConfigMap map(String name, ConfigMap... owners) {
        StringBuilder references = new StringBuilder();
        for (ConfigMap owner : owners) {
            references.append(reference(owner.name(), owner.uid()));
        }
        return cluster.create(
                Resources.CONFIG_MAPS,
                "metadata: {name: %s, ownerReferences: [%s]}".formatted(name, references));
    }

    private static String reference(String name, String uid) {
        return "{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s, blockOwnerDeletion: true},"
                .formatted(name, uid);
    }

    private void delete(String name, String propagation) {
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .delete(
                        new ObjectKey("default", name),
                        DeleteOptions.builder().propagationPolicy(propagation).build());
    }

    private void collect(String... names) {
        for (String name : names) {
            cluster.reconcile(collector, key(name));
        }
    }

    private List<String> left() {
        return cluster.all(Resources.CONFIG_MAPS).stream().map(ConfigMap::name).toList();
    }

    private List<String> owners(String name) {
        return cluster.get(Resources.CONFIG_MAPS, name).metadata().ownerReferences().stream()
                .map(o -> o.name())
                .toList();
    }

    @Test
    void dependentsOfWhatIsGoneGo() {
        map("child", map("owner"));
        collect("child");
        assertEquals(List.of("child", "owner"), left());
        delete("owner", "Background");
        assertEquals(List.of("child"), left());
        collect("child");
        assertEquals(List.of(), left());
    }

    @Test
    @Timeout(60)
    void changesWakeWhatTheyConcern() throws Exception {
        BlockingQueue<ObjectKey> woken = new LinkedBlockingQueue<>();
        try (Subscription _ = collector.triggers().getLast().start(woken::add)) {
            ConfigMap owner = map("owner");
            map("child", owner);
            cluster.settle();
            // Nothing wakes what stays and has no owner, but what belongs to it.
            assertEquals(key("child"), woken.take());
            assertEquals(key("owner"), woken.take());
            cluster.client
                    .resource(Resources.CONFIG_MAPS)
                    .update(owner.toBuilder().data(Map.of("a", "b")).build());
            map("last", owner);
            cluster.settle();
            assertEquals(key("last"), woken.take());
            assertEquals(key("owner"), woken.take());
            delete("owner", "Background");
            cluster.settle();
            assertEquals(Set.of(key("child"), key("last")), Set.of(woken.take(), woken.take()));
            assertTrue(woken.isEmpty());
        }
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("default", "ConfigMap|" + name);
    }

    @Test
    void kindsThatNoControllerReadsAreFollowedToo() throws Exception {
        StorageClass owner =
                cluster.create(
                        Resources.STORAGE_CLASSES,
                        "metadata: {name: fast}\nprovisioner: disks.example.com");
        cluster.create(
                Resources.PRIORITY_CLASSES,
                """
                metadata:
                  name: child
                  ownerReferences:
                  - {apiVersion: storage.k8s.io/v1, kind: StorageClass, name: fast, uid: %s}
                value: 1
                """
                        .formatted(owner.uid()));
        cluster.client
                .resource(Resources.STORAGE_CLASSES)
                .delete(
                        ObjectKey.cluster("fast"),
                        DeleteOptions.builder().propagationPolicy("Foreground").build());
        ObjectKey key = ObjectKey.cluster("StorageClass.storage.k8s.io|fast");
        ObjectKey child = ObjectKey.cluster("PriorityClass.scheduling.k8s.io|child");
        Eventually.eventually(
                "owner and dependent are gone",
                () -> {
                    cluster.reconcile(collector, key);
                    cluster.reconcile(collector, child);
                    return cluster.all(Resources.STORAGE_CLASSES).isEmpty()
                            && cluster.all(Resources.PRIORITY_CLASSES).isEmpty();
                });
    }

    @Test
    void oneOwnerThatLivesIsEnough() {
        map("child", map("owner"), map("other"));
        delete("owner", "Background");
        collect("child");
        assertEquals(List.of("child", "other"), left());
        assertEquals(List.of("other"), owners("child"));
    }

    @Test
    void foregroundDoesNotWaitForWhatHasAnotherOwner() {
        map("child", map("owner"), map("other"));
        delete("owner", "Foreground");
        collect("owner", "owner");
        assertEquals(List.of("child", "other"), left());
        assertEquals(List.of("other"), owners("child"));
    }

    @Test
    void ownerOfThatNameWithAnotherUidIsNoOwner() {
        ConfigMap first = map("owner");
        delete("owner", "Background");
        map("owner");
        map("child", first);
        collect("child");
        assertEquals(List.of("owner"), left());
    }

    @Test
    void foregroundWaitsForDependents() {
        ConfigMap owner = map("owner");
        ConfigMap child = map("child", owner);
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .update(
                        child.toBuilder()
                                .metadata(m -> m.finalizers(List.of("test/hold")))
                                .build());
        delete("owner", "Foreground");
        collect("owner", "owner");
        assertEquals(List.of("child", "owner"), left());
        ConfigMap ending = cluster.get(Resources.CONFIG_MAPS, "child");
        assertTrue(ending.metadata().hasDeletionTimestamp());
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .update(
                        ending.toBuilder()
                                .metadata(m ->
                                        m.finalizers(
                                                ending.metadata().finalizers().stream()
                                                        .filter(f -> !f.equals("test/hold"))
                                                        .toList()))
                                .build());
        collect("child", "owner");
        assertEquals(List.of(), left());
    }

    @Test
    void orphansStayWithoutTheirOwner() {
        map("child", map("owner"), map("other"));
        delete("owner", "Orphan");
        collect("owner", "child");
        assertEquals(List.of("child", "other"), left());
        assertEquals(List.of("other"), owners("child"));
    }

    @Test
    void cycleGoesInTheForeground() {
        ConfigMap a = map("a");
        ConfigMap b = map("b", a);
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .update(
                        a.toBuilder()
                                .metadata(m ->
                                        m.ownerReferences(
                                                List.of(
                                                        b
                                                                .metadata()
                                                                .ownerReferences()
                                                                .getFirst()
                                                                .toBuilder()
                                                                .name("b")
                                                                .uid(b.uid())
                                                                .build())))
                                .build());
        delete("a", "Foreground");
        for (int i = 0; i < 4; i++) {
            collect("a", "b");
        }
        assertEquals(List.of(), left());
    }

    @Test
    void whatANodeOwnsGoesWithTheNode() {
        cluster.node("node-1");
        String uid = cluster.get(Resources.NODES, "node-1").uid();
        cluster.create(
                Resources.CONFIG_MAPS,
                "metadata: {name: of-node, ownerReferences: [{apiVersion: v1, kind: Node, "
                        + "name: node-1, uid: %s}]}".formatted(uid));
        collect("of-node");
        assertEquals(List.of("of-node"), left());
        cluster.client.resource(Resources.NODES).delete(ObjectKey.cluster("node-1"));
        collect("of-node");
        assertEquals(List.of(), left());
    }
}
