package dev.quilla.controller.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProtectionTest {

    private static final ObjectKey CLAIM = new ObjectKey("default", "data");
    private static final ObjectKey VOLUME = ObjectKey.cluster("disk");
    private static final String SPEC =
            "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}";

    private final TestCluster cluster = new TestCluster();
    private final ClaimProtectionController claims =
            new ClaimProtectionController(cluster.client, cluster.informers);
    private final VolumeProtectionController volumes =
            new VolumeProtectionController(cluster.client, cluster.informers);

    private final AttributesProtectionController attributes =
            new AttributesProtectionController(cluster.client, cluster.informers);

    @AfterEach
    void close() {
        cluster.close();
    }

    private Pod pod() {
        return cluster.create(
                Resources.PODS,
                """
                metadata: {name: p}
                spec:
                  containers: [{name: c, image: x}]
                  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
                """);
    }

    private void deleteClaim() {
        cluster.client.resource(Resources.PERSISTENT_VOLUME_CLAIMS).delete(CLAIM);
        cluster.reconcile(claims, CLAIM);
    }

    private boolean claimIsThere() {
        return cluster.find(Resources.PERSISTENT_VOLUME_CLAIMS, "data").isPresent();
    }

    @Test
    void aClaimGoesWhenTheLastPodThatUsesItIsGone() {
        cluster.create(Resources.PERSISTENT_VOLUME_CLAIMS, "metadata: {name: data}\n" + SPEC);
        cluster.reconcile(claims, CLAIM);
        Pod pod = cluster.bind(pod(), "node-1");
        deleteClaim();
        assertTrue(claimIsThere());
        cluster.client
                .resource(Resources.PODS)
                .delete(pod.key(), DeleteOptions.builder().gracePeriodSeconds(0).build());
        cluster.reconcile(claims, CLAIM);
        assertEquals(false, claimIsThere());
    }

    @Test
    void aPodWithoutNodeHoldsNoClaim() {
        cluster.create(Resources.PERSISTENT_VOLUME_CLAIMS, "metadata: {name: data}\n" + SPEC);
        cluster.reconcile(claims, CLAIM);
        pod();
        deleteClaim();
        assertEquals(false, claimIsThere());
    }

    @Test
    void whatAnEarlierVersionMadeIsProtectedToo() {
        cluster.store(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "metadata: {name: data, namespace: default, uid: u}\n" + SPEC);
        cluster.reconcile(claims, CLAIM);
        assertEquals(
                List.of(ClaimProtectionController.FINALIZER),
                cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data").metadata().finalizers());
    }

    @Test
    void aVolumeGoesWhenNoClaimIsBoundToIt() {
        cluster.create(
                Resources.PERSISTENT_VOLUMES,
                """
                metadata: {name: disk}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  hostPath: {path: /disk}
                """);
        cluster.reconcile(volumes, VOLUME);
        var api = cluster.client.resource(Resources.PERSISTENT_VOLUMES);
        assertEquals(
                List.of(VolumeProtectionController.FINALIZER),
                api.get(VOLUME).metadata().finalizers());
        api.updateStatus(api.get(VOLUME).toBuilder().status(s -> s.phase("Bound")).build());
        api.delete(VOLUME);
        cluster.reconcile(volumes, VOLUME);
        assertTrue(api.find(VOLUME).isPresent());
        api.updateStatus(api.get(VOLUME).toBuilder().status(s -> s.phase("Released")).build());
        cluster.reconcile(volumes, VOLUME);
        assertTrue(api.find(VOLUME).isEmpty());
    }

    @Test
    void aClassOfAttributesGoesWhenNothingHasOrWantsIt() {
        ObjectKey fast = ObjectKey.cluster("fast");
        cluster.create(
                Resources.VOLUME_ATTRIBUTES_CLASSES,
                "{metadata: {name: fast}, driverName: d.example.com, parameters: {iops: '9'}}");
        cluster.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "metadata: {name: data}\n"
                        + SPEC.replace("spec: {", "spec: {volumeAttributesClassName: fast, "));
        cluster.reconcile(attributes, fast);
        var api = cluster.client.resource(Resources.VOLUME_ATTRIBUTES_CLASSES);
        assertEquals(
                List.of(AttributesProtectionController.FINALIZER),
                api.get(fast).metadata().finalizers());
        api.delete(fast);
        cluster.reconcile(attributes, fast);
        assertTrue(api.find(fast).isPresent());
        cluster.reconcile(claims, CLAIM);
        deleteClaim();
        cluster.reconcile(attributes, fast);
        assertTrue(api.find(fast).isEmpty());
    }
}
