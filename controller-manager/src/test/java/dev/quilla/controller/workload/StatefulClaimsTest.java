package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.OwnerReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With whom the volume claims of a stateful set go. */
class StatefulClaimsTest {

    private static final ObjectKey DB = new ObjectKey("default", "db");

    private final TestCluster cluster = new TestCluster();
    private final StatefulSetController controller =
            new StatefulSetController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void create(String whenDeleted, String whenScaled) {
        cluster.create(
                Resources.STATEFUL_SETS,
                """
                metadata: {name: db}
                spec:
                  replicas: 2
                  serviceName: db
                  podManagementPolicy: Parallel
                  persistentVolumeClaimRetentionPolicy: {whenDeleted: %s, whenScaled: %s}
                  selector: {matchLabels: {app: db}}
                  volumeClaimTemplates:
                    - metadata: {name: data, labels: {of: template}, annotations: {note: kept}}
                      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                  template:
                    metadata: {labels: {app: db}}
                    spec: {containers: [{name: c, image: "db:1"}]}
                """
                        .formatted(whenDeleted, whenScaled));
        step();
        cluster.runKubelets();
        step();
    }

    private void step() {
        cluster.reconcile(controller, DB);
    }

    private void change(StatefulSet set) {
        cluster.client.resource(Resources.STATEFUL_SETS).update(set);
        step();
    }

    private StatefulSet set() {
        return cluster.get(Resources.STATEFUL_SETS, "db");
    }

    private void scale(int replicas) {
        change(set().toBuilder().spec(s -> s.replicas(replicas)).build());
    }

    private PersistentVolumeClaim claim(int ordinal) {
        return cluster.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data-db-" + ordinal);
    }

    /** Who owns the claims of pods 0 and 1. */
    private List<String> owners() {
        return List.of(owners(0), owners(1));
    }

    private String owners(int ordinal) {
        return String.join(
                ",",
                claim(ordinal).metadata().ownerReferences().stream()
                        .map(o -> o.kind() + " " + o.name())
                        .toList());
    }

    private List<String> pods() {
        return cluster.livePods().stream().map(Pod::name).toList();
    }

    @Test
    void claimsStayUnlessTheSetSaysOtherwise() {
        create("Retain", "Retain");
        assertEquals(List.of("", ""), owners());
        scale(1);
        assertEquals(List.of("", ""), owners());
        assertEquals(Map.of("app", "db", "of", "template"), claim(0).metadata().labels());
        assertEquals("kept", claim(0).metadata().annotations().get("note"));
    }

    @Test
    void claimsThatGoWithTheSetAreItsFromTheStart() {
        create("Delete", "Retain");
        assertEquals(List.of("StatefulSet db", "StatefulSet db"), owners());
        assertEquals(set().uid(), claim(0).metadata().ownerReferences().getFirst().uid());
        scale(1);
        assertEquals(List.of("StatefulSet db", "StatefulSet db"), owners());
    }

    @Test
    void theClaimOfAPodThatIsOneTooManyGoesWithIt() {
        create("Delete", "Delete");
        Pod last = cluster.get(Resources.PODS, "db-1");
        scale(1);
        assertEquals(List.of("StatefulSet db", "Pod db-1"), owners());
        OwnerReference owner = claim(1).metadata().ownerReferences().getFirst();
        assertEquals(last.uid(), owner.uid());
        assertTrue(owner.controller());
        assertEquals(List.of("db-0"), pods());
    }

    @Test
    void aPodThatIsReplacedLeavesItsClaimAlone() {
        create("Retain", "Delete");
        cluster.client.resource(Resources.PODS).delete(new ObjectKey("default", "db-1"));
        step();
        assertEquals(List.of("", ""), owners());
    }

    @Test
    void aPolicyThatChangesIsFollowedByTheClaimsThereAre() {
        create("Delete", "Retain");
        change(
                set().toBuilder()
                        .spec(s ->
                                s.persistentVolumeClaimRetentionPolicy(
                                        p -> p.whenDeleted("Retain")))
                        .build());
        assertEquals(List.of("", ""), owners());
        change(
                set().toBuilder()
                        .spec(s ->
                                s.persistentVolumeClaimRetentionPolicy(
                                        p -> p.whenDeleted("Delete")))
                        .build());
        assertEquals(List.of("StatefulSet db", "StatefulSet db"), owners());
    }

    @Test
    void aPodWaitsUntilTheClaimOfItsPredecessorIsGone() {
        create("Retain", "Delete");
        scale(1);
        cluster.runKubelets();
        scale(2);
        assertEquals(List.of("db-0"), pods(), "its claim is about to be collected");
        cluster.client.resource(Resources.PERSISTENT_VOLUME_CLAIMS).delete(claim(1).key());
        step();
        assertEquals(List.of("db-0", "db-1"), pods());
        assertEquals(List.of("", ""), owners());
    }

    @Test
    void aClaimThatSomebodyElseManagesIsLeftAlone() {
        create("Retain", "Retain");
        OwnerReference other =
                OwnerReference.builder()
                        .apiVersion("example.com/v1")
                        .kind("Backup")
                        .name("nightly")
                        .uid("uid-of-backup")
                        .controller(true)
                        .build();
        cluster.client
                .resource(Resources.PERSISTENT_VOLUME_CLAIMS)
                .update(
                        claim(0).toBuilder()
                                .metadata(m -> m.ownerReferences(List.of(other)))
                                .build());
        change(
                set().toBuilder()
                        .spec(s ->
                                s.persistentVolumeClaimRetentionPolicy(
                                        p -> p.whenDeleted("Delete")))
                        .build());
        assertEquals(List.of("Backup nightly", "StatefulSet db"), owners());
        assertTrue(cluster.event("ConflictingController").contains("data-db-0"));
    }
}
