package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Pods;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.DeploymentCondition;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final DeploymentController deployments =
            new DeploymentController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);
    private final ReplicaSetController<ReplicaSet> sets =
            ReplicaSetController.ofReplicaSets(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private Deployment create(int replicas, String strategy) {
        return cluster.create(
                Resources.DEPLOYMENTS,
                """
                metadata: {name: web, annotations: {kubernetes.io/change-cause: first}}
                spec:
                  replicas: %d
                  revisionHistoryLimit: 2
                  strategy: %s
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: "web:1"}]}
                """
                        .formatted(replicas, strategy));
    }

    private static String rolling(String surge, String unavailable) {
        return "{type: RollingUpdate, rollingUpdate: {maxSurge: %s, maxUnavailable: %s}}"
                .formatted(surge, unavailable);
    }

    private Deployment deployment() {
        return cluster.get(Resources.DEPLOYMENTS, "web");
    }

    private void change(UnaryOperator<Deployment.Builder> change) {
        cluster.client
                .resource(Resources.DEPLOYMENTS)
                .update(change.apply(deployment().toBuilder()).build());
    }

    private void useImage(String image) {
        change(d ->
                d.spec(s ->
                        s.template(t ->
                                t.spec(p ->
                                        p.containers(
                                                List.of(
                                                        deployment()
                                                                .spec()
                                                                .template()
                                                                .spec()
                                                                .containers()
                                                                .getFirst()
                                                                .toBuilder()
                                                                .image(image)
                                                                .build()))))));
    }

    private void step() {
        cluster.reconcile(deployments, WEB);
        cluster.settle();
        for (ReplicaSet set : cluster.all(Resources.REPLICA_SETS)) {
            cluster.reconcile(sets, set.key());
        }
    }

    /** Lets controllers and kubelets work until nothing changes; counts what is seen meanwhile. */
    private Seen run() {
        Seen seen = new Seen();
        String before = "";
        for (String now = state(); !now.equals(before); now = state()) {
            before = now;
            step();
            seen.look(cluster.livePods());
            cluster.runKubelets();
            step();
        }
        return seen;
    }

    private String state() {
        StringBuilder state = new StringBuilder(deployment().toString());
        cluster.all(Resources.REPLICA_SETS).forEach(s -> state.append(s));
        cluster.all(Resources.PODS).forEach(p -> state.append(p));
        return state.toString();
    }

    private static final class Seen {
        private int most;
        private int fewestReady = Integer.MAX_VALUE;

        void look(List<Pod> pods) {
            most = Math.max(most, pods.size());
            fewestReady = Math.min(fewestReady, (int) pods.stream().filter(Pods::isReady).count());
        }
    }

    private DeploymentCondition condition(String type) {
        return deployment().status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Integer> replicasByImage() {
        Map<String, Integer> result = new java.util.TreeMap<>();
        cluster.all(Resources.REPLICA_SETS)
                .forEach(s ->
                        result.put(
                                s.spec().template().spec().containers().getFirst().image(),
                                s.spec().replicas()));
        return result;
    }

    @Test
    void newDeploymentGetsOneSetThatIsAllItsPods() {
        create(3, rolling("1", "0"));
        run();
        ReplicaSet set = cluster.all(Resources.REPLICA_SETS).getFirst();
        String hash = set.metadata().labels().get(Revisions.HASH);
        assertEquals("web-" + hash, set.name());
        assertEquals(hash, set.spec().selector().matchLabels().get(Revisions.HASH));
        assertEquals(3, cluster.livePods().size());
        assertEquals(3, deployment().status().availableReplicas());
        assertEquals(
                deployment().metadata().generation(), deployment().status().observedGeneration());
        assertEquals("True", condition("Available").status());
        assertEquals("NewReplicaSetAvailable", condition("Progressing").reason());
        assertEquals("1", deployment().metadata().annotations().get(Revisions.REVISION));
        assertEquals(
                "Scaled up replica set " + set.name() + " from 0 to 3",
                cluster.event("ScalingReplicaSet"));
    }

    @Test
    void rollingUpdateKeepsToItsLimits() {
        create(10, rolling("25%", "25%"));
        run();
        useImage("web:2");
        Seen seen = run();
        assertTrue(seen.most <= 13, "most " + seen.most); // 25 % of 10, rounded up
        assertTrue(seen.fewestReady >= 8, "fewest ready " + seen.fewestReady); // rounded down
        assertEquals(Map.of("web:1", 0, "web:2", 10), replicasByImage());
        assertEquals("2", deployment().metadata().annotations().get(Revisions.REVISION));
    }

    @Test
    void updateWithoutSurgeNeverHasMorePods() {
        create(3, rolling("0", "1"));
        run();
        useImage("web:2");
        Seen seen = run();
        assertEquals(3, seen.most);
        assertTrue(seen.fewestReady >= 2, "fewest ready " + seen.fewestReady);
        assertEquals(Map.of("web:1", 0, "web:2", 3), replicasByImage());
    }

    @Test
    void updateThatCannotGetReadyStopsAtItsLimits() {
        create(4, rolling("1", "1"));
        run();
        useImage("web:broken");
        for (int i = 0; i < 10; i++) {
            step();
            cluster.all(Resources.PODS).stream()
                    .filter(p -> p.metadata().hasDeletionTimestamp())
                    .forEach(p ->
                            cluster.client
                                    .resource(Resources.PODS)
                                    .delete(
                                            p.key(),
                                            DeleteOptions.builder().gracePeriodSeconds(0).build()));
        }
        assertEquals(Map.of("web:1", 3, "web:broken", 2), replicasByImage());
        assertEquals(3, deployment().status().availableReplicas());
    }

    @Test
    void recreateStartsNothingNewBeforeAllOldPodsAreGone() {
        create(2, "{type: Recreate}");
        run();
        useImage("web:2");
        step();
        step();
        step();
        assertEquals(2, cluster.all(Resources.PODS).size());
        assertTrue(
                cluster.all(Resources.PODS).stream()
                        .allMatch(p -> p.metadata().hasDeletionTimestamp()));
        run();
        assertEquals(Map.of("web:1", 0, "web:2", 2), replicasByImage());
        assertEquals("NewReplicaSetAvailable", condition("Progressing").reason());
    }

    @Test
    void pausedDeploymentScalesButDoesNotRollOut() {
        create(2, rolling("1", "0"));
        run();
        change(d -> d.spec(s -> s.paused(true).replicas(4)));
        useImage("web:2");
        run();
        assertEquals(Map.of("web:1", 4), replicasByImage());
        assertEquals("DeploymentPaused", condition("Progressing").reason());
        change(d -> d.spec(s -> s.paused(false)));
        run();
        assertEquals(Map.of("web:1", 0, "web:2", 4), replicasByImage());
    }

    @Test
    void undoBringsTheOldSetBackAsTheNewestRevision() {
        create(1, rolling("1", "0"));
        run();
        ReplicaSet first = cluster.all(Resources.REPLICA_SETS).getFirst();
        useImage("web:2");
        run();
        useImage("web:1");
        run();
        ReplicaSet again = cluster.get(Resources.REPLICA_SETS, first.name());
        assertEquals(1, again.spec().replicas());
        assertEquals("3", again.metadata().annotations().get(Revisions.REVISION));
        assertEquals("3", deployment().metadata().annotations().get(Revisions.REVISION));
        assertEquals("1", again.metadata().annotations().get(Revisions.HISTORY));
        useImage("web:2");
        run();
        useImage("web:1");
        run();
        again = cluster.get(Resources.REPLICA_SETS, first.name());
        assertEquals("1,3", again.metadata().annotations().get(Revisions.HISTORY));
        assertEquals(2, cluster.all(Resources.REPLICA_SETS).size());
    }

    @Test
    void causeOfAChangeIsKeptWithItsRevision() {
        create(1, rolling("1", "0"));
        run();
        change(d -> d.metadata(m -> m.annotations(Map.of("kubernetes.io/change-cause", "second"))));
        useImage("web:2");
        run();
        List<String> causes =
                cluster.all(Resources.REPLICA_SETS).stream()
                        .sorted(java.util.Comparator.comparingLong(Revisions::revision))
                        .map(s -> s.metadata().annotations().get("kubernetes.io/change-cause"))
                        .toList();
        assertEquals("second", causes.getLast());
    }

    @Test
    void historyIsLimited() {
        create(1, rolling("1", "0"));
        for (int i = 1; i <= 5; i++) {
            useImage("web:" + i);
            run();
        }
        assertEquals(Map.of("web:3", 0, "web:4", 0, "web:5", 1), replicasByImage());
    }

    @Test
    void rolloutWithoutProgressIsCalledLate() {
        create(1, rolling("1", "0"));
        change(d -> d.spec(s -> s.progressDeadlineSeconds(60)));
        step();
        step();
        Duration wait = TestCluster.delay(cluster.reconcile(deployments, WEB));
        assertTrue(wait.toSeconds() > 50, "looks again after " + wait);
        cluster.clock.pass(Duration.ofSeconds(59));
        step();
        assertEquals("True", condition("Progressing").status());
        cluster.clock.pass(Duration.ofSeconds(5));
        step();
        assertEquals("False", condition("Progressing").status());
        assertEquals("ProgressDeadlineExceeded", condition("Progressing").reason());
        run();
        assertEquals("NewReplicaSetAvailable", condition("Progressing").reason());
    }

    @Test
    void finishedRolloutStaysFinishedWhenAPodFails() {
        create(2, rolling("1", "0"));
        run();
        cluster.report(cluster.livePods().getFirst(), "Running", false, "10.0.0.1");
        step();
        step();
        cluster.clock.pass(Duration.ofDays(1));
        step();
        assertEquals("NewReplicaSetAvailable", condition("Progressing").reason());
        assertEquals(1, deployment().status().unavailableReplicas());
    }

    @Test
    void scalingDuringARolloutIsShared() {
        create(10, rolling("2", "0"));
        run();
        useImage("web:2");
        step();
        step();
        assertEquals(Map.of("web:1", 10, "web:2", 2), replicasByImage());
        change(d -> d.spec(s -> s.replicas(20)));
        cluster.reconcile(deployments, WEB);
        assertEquals(Map.of("web:1", 18, "web:2", 4), replicasByImage());
        run();
        assertEquals(Map.of("web:1", 0, "web:2", 20), replicasByImage());
    }

    @Test
    void orphanedSetIsAdopted() {
        create(2, rolling("1", "0"));
        run();
        ReplicaSet set = cluster.all(Resources.REPLICA_SETS).getFirst();
        cluster.client
                .resource(Resources.REPLICA_SETS)
                .update(set.toBuilder().metadata(m -> m.clearOwnerReferences()).build());
        run();
        assertEquals(1, cluster.all(Resources.REPLICA_SETS).size());
        assertEquals(
                deployment().uid(),
                cluster.all(Resources.REPLICA_SETS)
                        .getFirst()
                        .metadata()
                        .ownerReferences()
                        .getFirst()
                        .uid());
    }

    @Test
    void setOfAnotherOwnerWithTheSameNameIsACollision() {
        Deployment deployment = create(1, rolling("1", "0"));
        ReplicaSet other = Revisions.create(deployment, 1, 1);
        cluster.client
                .resource(Resources.REPLICA_SETS)
                .create(
                        other.toBuilder()
                                .metadata(m ->
                                        m.ownerReferences(
                                                List.of(
                                                        other
                                                                .metadata()
                                                                .ownerReferences()
                                                                .getFirst()
                                                                .toBuilder()
                                                                .uid("somebody-else")
                                                                .build())))
                                .build());
        assertThrows(ApiException.class, () -> cluster.reconcile(deployments, WEB));
        assertEquals(1, deployment().status().collisionCount());
        cluster.reconcile(deployments, WEB);
        List<ReplicaSet> all = cluster.all(Resources.REPLICA_SETS);
        assertEquals(2, all.size());
        assertNotEquals(all.get(0).name(), all.get(1).name());
    }
}
