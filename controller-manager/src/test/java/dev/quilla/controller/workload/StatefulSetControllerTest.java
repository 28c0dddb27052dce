package dev.quilla.controller.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.PatchType;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.ControllerRevision;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatefulSetControllerTest {

    private static final ObjectKey DB = new ObjectKey("default", "db");

    private final TestCluster cluster = new TestCluster();
    private final StatefulSetController controller =
            new StatefulSetController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void create(String spec) {
        cluster.create(
                Resources.STATEFUL_SETS,
                """
                metadata: {name: db}
                spec:
                  replicas: 3
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  %s
                  template:
                    metadata: {labels: {app: db}}
                    spec: {containers: [{name: c, image: "db:1"}]}
                """
                        .formatted(spec));
    }

    private StatefulSet set() {
        return cluster.get(Resources.STATEFUL_SETS, "db");
    }

    private void step() {
        cluster.reconcile(controller, DB);
    }

    private void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            cluster.runKubelets();
        }
        step();
    }

    private List<String> names() {
        return cluster.livePods().stream().map(Pod::name).toList();
    }

    @Test
    void podsComeInOrderEachWhenTheOneBeforeServes() {
        create("");
        step();
        step();
        assertEquals(List.of("db-0"), names());
        cluster.runKubelets();
        step();
        assertEquals(List.of("db-0", "db-1"), names());
        run(3);
        assertEquals(List.of("db-0", "db-1", "db-2"), names());
        assertEquals(3, set().status().readyReplicas());
        assertEquals(set().status().currentRevision(), set().status().updateRevision());
        Pod pod = cluster.get(Resources.PODS, "db-1");
        assertEquals("db-1", pod.spec().hostname());
        assertEquals("db", pod.spec().subdomain());
        assertEquals("1", pod.metadata().labels().get("apps.kubernetes.io/pod-index"));
    }

    @Test
    void parallelPodsDontWaitForEachOther() {
        create("podManagementPolicy: Parallel");
        step();
        assertEquals(List.of("db-0", "db-1", "db-2"), names());
    }

    @Test
    void podsGoFromTheHighestDownOneByOne() {
        create("");
        run(4);
        cluster.client
                .resource(Resources.STATEFUL_SETS)
                .update(set().toBuilder().spec(s -> s.replicas(1)).build());
        step();
        step();
        assertEquals(List.of("db-0", "db-1"), names());
        run(3);
        assertEquals(List.of("db-0"), names());
    }

    private void readiness(boolean ready) {
        for (Pod pod : cluster.livePods()) {
            cluster.report(pod, "Running", ready, pod.status().podIP());
        }
    }

    @Test
    void podsThatDontServeDontGoWhileOthersDontEither() {
        create("");
        run(4);
        readiness(false);
        cluster.client
                .resource(Resources.STATEFUL_SETS)
                .update(set().toBuilder().spec(s -> s.replicas(0)).build());
        step();
        step();
        assertEquals(List.of("db-0", "db-1", "db-2"), names());
        readiness(true);
        run(4);
        assertEquals(List.of(), names());
    }

    @Test
    void updateGoesDownToThePartition() {
        create("updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}");
        run(4);
        build2();
        step();
        step();
        assertEquals(List.of("db-0", "db-1"), names());
        run(8);
        assertEquals(List.of(false, true, true), areOfBuild2());
        assertEquals(1, set().status().currentReplicas());
        assertEquals(2, set().status().updatedReplicas());
    }

    private void build2() {
        cluster.client
                .resource(Resources.STATEFUL_SETS)
                .update(
                        set().toBuilder()
                                .spec(s ->
                                        s.template(t ->
                                                t.metadata(
                                                        m -> m.annotations(Map.of("build", "2")))))
                                .build());
    }

    private List<Boolean> areOfBuild2() {
        return cluster.livePods().stream()
                .map(p -> p.metadata().annotations().containsKey("build"))
                .toList();
    }

    @Test
    void podThatAnUpdateLeavesAloneComesBackAsItWas() {
        create("updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}");
        run(4);
        build2();
        run(8);
        cluster.client.resource(Resources.PODS).delete(new ObjectKey("default", "db-0"));
        cluster.runKubelets();
        run(2);
        assertEquals(List.of(false, true, true), areOfBuild2());
    }

    @Test
    void parallelPodsThatNeverServeAreReplacedAllTheSame() {
        create("podManagementPolicy: Parallel");
        step();
        build2();
        step();
        cluster.runKubelets();
        step();
        assertEquals(List.of(false, false, true), areOfBuild2());
    }

    @Test
    void templatesAreKeptAsRevisionsAndRollingBackIsANewOne() {
        create("revisionHistoryLimit: 1");
        run(4);
        build2();
        run(6);
        assertEquals(3, set().status().updatedReplicas());
        ControllerRevision first =
                cluster.all(Resources.CONTROLLER_REVISIONS).stream()
                        .filter(r -> r.revision() == 1)
                        .findFirst()
                        .orElseThrow();
        assertEquals(List.of(1L, 2L), revisions());
        cluster.client
                .resource(Resources.STATEFUL_SETS)
                .patch(
                        DB,
                        PatchType.STRATEGIC,
                        first.data().orElseThrow().toString().getBytes(UTF_8));
        run(6);
        assertEquals(List.of(2L, 3L), revisions());
        assertEquals(first.name(), set().status().currentRevision());
        assertEquals(List.of(false, false, false), areOfBuild2());
    }

    private List<Long> revisions() {
        return cluster.all(Resources.CONTROLLER_REVISIONS).stream()
                .map(ControllerRevision::revision)
                .sorted()
                .toList();
    }

    @Test
    void podThatIsLostComesBackUnderItsName() {
        create("");
        run(4);
        cluster.client.resource(Resources.PODS).delete(new ObjectKey("default", "db-1"));
        step();
        assertEquals(List.of("db-0", "db-2"), names(), "not before the old one is gone");
        run(2);
        assertEquals(List.of("db-0", "db-1", "db-2"), names());
    }

    @Test
    void claimsStayWithTheNumber() {
        create(
                """
                volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        run(4);
        assertEquals(
                List.of("data-db-0", "data-db-1", "data-db-2"),
                cluster.all(Resources.PERSISTENT_VOLUME_CLAIMS).stream()
                        .map(PersistentVolumeClaim::name)
                        .toList());
        assertTrue(
                cluster.get(Resources.PODS, "db-2").spec().volumes().stream()
                        .anyMatch(v -> v.persistentVolumeClaim().claimName().equals("data-db-2")));
    }
}
