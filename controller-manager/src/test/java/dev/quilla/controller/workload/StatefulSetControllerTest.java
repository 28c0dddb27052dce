package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
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

    @Test
    void updateGoesDownToThePartition() {
        create("updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}");
        run(4);
        cluster.client
                .resource(Resources.STATEFUL_SETS)
                .update(
                        set().toBuilder()
                                .spec(s ->
                                        s.template(t ->
                                                t.metadata(
                                                        m -> m.annotations(Map.of("build", "2")))))
                                .build());
        step();
        step();
        assertEquals(List.of("db-0", "db-1"), names());
        run(8);
        String hash = Revisions.hash(set().spec().template(), 0);
        assertEquals(
                List.of(false, true, true),
                cluster.livePods().stream()
                        .map(p -> hash.equals(p.metadata().labels().get(StatefulPlan.HASH)))
                        .toList());
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
