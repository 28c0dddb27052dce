package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.policy.v1.Eviction;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.policy.v1.PodDisruptionBudgetStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DisruptionControllerTest {

    private static final ObjectKey KEY = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final DisruptionController controller =
            new DisruptionController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);
    private final StatefulSetController sets =
            new StatefulSetController(
                    cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void budget(String spec) {
        cluster.create(
                Resources.POD_DISRUPTION_BUDGETS,
                "{metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, %s}}"
                        .formatted(spec));
    }

    /** A stateful set that wants five pods. */
    private void pods(int ready) {
        cluster.create(
                Resources.STATEFUL_SETS,
                """
                metadata: {name: web}
                spec:
                  replicas: 5
                  podManagementPolicy: Parallel
                  serviceName: web
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: "web:1"}]}
                """);
        cluster.reconcile(sets, KEY);
        cluster.livePods().stream()
                .limit(ready)
                .forEach(p -> cluster.report(cluster.bind(p, "n"), "Running", true, ""));
    }

    private Duration reconcile() {
        return TestCluster.delay(cluster.reconcile(controller, KEY));
    }

    /** Allowed, healthy, desired, expected. */
    private String numbers() {
        PodDisruptionBudgetStatus status = budget().status();
        return "%d, %d/%d of %d"
                .formatted(
                        status.disruptionsAllowed(),
                        status.currentHealthy(),
                        status.desiredHealthy(),
                        status.expectedPods());
    }

    private PodDisruptionBudget budget() {
        return cluster.get(Resources.POD_DISRUPTION_BUDGETS, "web");
    }

    @Test
    void aNumberOfPodsHasToBeThere() {
        pods(4);
        budget("minAvailable: 3");
        reconcile();
        assertEquals("1, 4/3 of 5", numbers());
        assertEquals("SufficientPods", budget().status().conditions().getFirst().reason());
    }

    @Test
    void aShareOfThemHasToBeThere() {
        pods(4);
        budget("minAvailable: 70%");
        reconcile();
        assertEquals("0, 4/4 of 5", numbers());
        assertEquals("InsufficientPods", budget().status().conditions().getFirst().reason());
    }

    @Test
    void someMayBeMissingOfAllThatTheOwnerWants() {
        pods(5);
        budget("maxUnavailable: 2");
        reconcile();
        assertEquals("2, 5/3 of 5", numbers());
    }

    @Test
    void noPodsAllowNothing() {
        budget("maxUnavailable: 2");
        reconcile();
        assertEquals("0, 0/0 of 0", numbers());
    }

    @Test
    void aPodWithoutAnOwnerCantBeCounted() {
        cluster.create(
                Resources.PODS,
                "{metadata: {name: p, labels: {app: web}},"
                        + " spec: {containers: [{name: c, image: a}]}}");
        budget("maxUnavailable: 1");
        reconcile();
        assertEquals("0, 0/0 of 0", numbers());
        cluster.event("CalculateExpectedPodCountFailed");
    }

    @Test
    void anEvictionCountsUntilItShowsOrForTwoMinutes() {
        pods(5);
        budget("minAvailable: 3");
        reconcile();
        cluster.client
                .resource(Resources.POD_DISRUPTION_BUDGETS)
                .updateStatus(
                        budget().toBuilder()
                                .status(s ->
                                        s.disruptionsAllowed(1)
                                                .disruptedPods(
                                                        Map.of("web-0", cluster.clock.instant())))
                                .build());
        assertEquals(Duration.ofMinutes(2), reconcile());
        assertEquals("1, 4/3 of 5", numbers());
        cluster.clock.pass(Duration.ofMinutes(2));
        reconcile();
        assertEquals("2, 5/3 of 5", numbers());
    }

    @Test
    void asksForNothingWhenNothingHasChanged() {
        pods(5);
        budget("minAvailable: 3");
        reconcile();
        String version = budget().resourceVersion();
        reconcile();
        assertEquals(version, budget().resourceVersion());
    }

    @Test
    void ofManyEvictionsAtOnceNoMoreAreLetThroughThanTheBudgetSays() throws Exception {
        pods(5);
        budget("minAvailable: 3");
        reconcile();
        List<Future<Boolean>> evictions = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            cluster.livePods().forEach(p -> evictions.add(threads.submit(() -> evict(p))));
        }
        assertEquals(2, evictions.stream().filter(Future::resultNow).count());
        assertEquals("0, 5/3 of 5", numbers());
        cluster.runKubelets();
        reconcile();
        assertEquals("0, 3/3 of 3", numbers());
    }

    private boolean evict(Pod pod) {
        try {
            cluster.client
                    .resource(Resources.PODS)
                    .evict(
                            Eviction.builder()
                                    .metadata(m -> m.namespace(pod.namespace()).name(pod.name()))
                                    .build());
            return true;
        } catch (ApiException e) {
            assertEquals(429, e.code());
            return false;
        }
    }
}
