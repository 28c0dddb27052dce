package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobCondition;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobControllerTest {

    private static final ObjectKey KEY = new ObjectKey("default", "sum");

    private final TestCluster cluster = new TestCluster();
    private final JobController controller =
            new JobController(cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void create(String spec) {
        cluster.create(
                Resources.JOBS,
                """
                metadata: {name: sum}
                spec:
                  selector: {matchLabels: {app: sum}}
                  %s
                  template:
                    metadata: {labels: {app: sum}}
                    spec: {restartPolicy: Never, containers: [{name: c, image: "sum:1"}]}
                """
                        .formatted(spec));
    }

    private Job job() {
        return cluster.get(Resources.JOBS, "sum");
    }

    private Duration reconcile() {
        return TestCluster.delay(cluster.reconcile(controller, KEY));
    }

    private void end(String phase) {
        cluster.livePods().forEach(p -> cluster.report(p, phase, false, ""));
    }

    private List<String> conditions() {
        return job().status().conditions().stream().map(JobCondition::type).toList();
    }

    @Test
    void jobIsCompleteWhenItsPodHasSucceeded() {
        create("completions: 1");
        reconcile();
        reconcile();
        Pod pod = cluster.livePods().getFirst();
        assertEquals("sum", pod.metadata().labels().get("batch.kubernetes.io/job-name"));
        assertEquals(1, job().status().active());
        end("Succeeded");
        reconcile();
        assertEquals(List.of("SuccessCriteriaMet", "Complete"), conditions());
        assertEquals(1, job().status().succeeded());
        assertEquals(0, job().status().active());
        assertTrue(job().status().completionTime().isPresent());
        assertEquals("Job completed", cluster.event("Completed"));
    }

    @Test
    void noMorePodsRunThanAreParallelOrNeeded() {
        create("completions: 5\n  parallelism: 2");
        reconcile();
        assertEquals(2, cluster.livePods().size());
        end("Succeeded");
        reconcile();
        assertEquals(2, cluster.livePods().size());
        end("Succeeded");
        reconcile();
        assertEquals(1, cluster.livePods().size());
        end("Succeeded");
        reconcile();
        assertEquals(List.of("SuccessCriteriaMet", "Complete"), conditions());
    }

    @Test
    void failedPodIsFollowedAfterAPauseUntilTheLimit() {
        create("completions: 1\n  backoffLimit: 1");
        reconcile();
        end("Failed");
        Duration pause = reconcile();
        assertEquals(0, cluster.livePods().size());
        assertEquals(Duration.ofSeconds(10), pause);
        cluster.clock.pass(pause);
        reconcile();
        assertEquals(1, cluster.livePods().size());
        end("Failed");
        reconcile();
        assertEquals(List.of("FailureTarget", "Failed"), conditions());
        assertEquals("BackoffLimitExceeded", job().status().conditions().getFirst().reason());
        assertEquals(2, job().status().failed());
    }

    @Test
    void deadlineEndsAJobAndItsPods() {
        create("completions: 1\n  activeDeadlineSeconds: 60");
        reconcile();
        assertEquals(Duration.ofSeconds(60), reconcile());
        cluster.clock.pass(Duration.ofSeconds(60));
        reconcile();
        assertEquals("DeadlineExceeded", job().status().conditions().getFirst().reason());
        assertEquals(List.of("FailureTarget"), conditions());
        assertEquals(0, cluster.livePods().size());
        reconcile();
        assertEquals(List.of("FailureTarget", "Failed"), conditions());
        assertEquals(1, job().status().failed());
    }

    @Test
    void suspendedJobRunsNothingUntilItIsResumed() {
        create("completions: 1\n  suspend: true");
        reconcile();
        assertEquals(0, cluster.livePods().size());
        assertEquals(List.of("Suspended"), conditions());
        cluster.client
                .resource(Resources.JOBS)
                .update(job().toBuilder().spec(s -> s.suspend(false)).build());
        reconcile();
        assertEquals(1, cluster.livePods().size());
        assertEquals("JobResumed", job().status().conditions().getFirst().reason());
    }

    @Test
    void indexedPodsHaveEachTheirIndex() {
        create("completions: 3\n  parallelism: 2\n  completionMode: Indexed");
        TreeSet<String> seen = new TreeSet<>();
        for (int i = 0; i < 2; i++) {
            reconcile();
            cluster.livePods()
                    .forEach(p -> seen.add(p.metadata().annotations().get(JobIndexes.INDEX)));
            Pod pod = cluster.livePods().getFirst();
            assertTrue(
                    pod.spec().containers().getFirst().env().stream()
                            .anyMatch(e -> e.name().equals("JOB_COMPLETION_INDEX")));
            end("Succeeded");
        }
        reconcile();
        assertEquals(new TreeSet<>(List.of("0", "1", "2")), seen);
        assertEquals(List.of("SuccessCriteriaMet", "Complete"), conditions());
    }

    @Test
    void jobThatSaysSoIsRemovedAfterItsEnd() {
        create("completions: 1\n  ttlSecondsAfterFinished: 30");
        reconcile();
        end("Succeeded");
        reconcile();
        assertEquals(Duration.ofSeconds(30), reconcile());
        cluster.clock.pass(Duration.ofSeconds(30));
        reconcile();
        assertFalse(
                cluster.find(Resources.JOBS, "sum")
                        .filter(j -> !j.metadata().hasDeletionTimestamp())
                        .isPresent());
    }

    private void fail(int exitCode) {
        for (Pod pod : cluster.livePods()) {
            ContainerStatus ended =
                    ContainerStatus.builder()
                            .name("c")
                            .state(s -> s.terminated(t -> t.exitCode(exitCode)))
                            .build();
            cluster.client
                    .resource(Resources.PODS)
                    .updateStatus(
                            pod.toBuilder()
                                    .status(s ->
                                            s.phase("Failed").containerStatuses(List.of(ended)))
                                    .build());
        }
    }

    private static final String POLICY =
            """
            podFailurePolicy:
                rules:
                - {action: FailJob, onExitCodes: {operator: In, values: [42]}}
                - {action: Ignore, onExitCodes: {containerName: c, operator: NotIn, values: [1]}}
            """;

    @Test
    void anExitCodeOfThePolicyFailsTheJobAtOnce() {
        create("backoffLimit: 6\n  " + POLICY);
        reconcile();
        fail(42);
        reconcile();
        assertEquals(List.of("FailureTarget", "Failed"), conditions());
        assertEquals("PodFailurePolicy", job().status().conditions().getFirst().reason());
        assertTrue(
                job().status()
                        .conditions()
                        .getFirst()
                        .message()
                        .endsWith("failed with exit code 42 matching FailJob rule at index 0"));
    }

    @Test
    void failuresThatThePolicyIgnoresDontCount() {
        create("backoffLimit: 0\n  " + POLICY);
        reconcile();
        fail(7);
        reconcile();
        assertEquals(1, cluster.livePods().size());
        assertEquals(0, job().status().failed());
        fail(1);
        reconcile();
        assertEquals(List.of("FailureTarget", "Failed"), conditions());
    }

    @Test
    void saysWhichIndexesAreDone() {
        create(
                "{completionMode: Indexed, completions: 3, parallelism: 3}"
                        .replaceAll("[{}]", "")
                        .replace(", ", "\n  "));
        reconcile();
        end("Succeeded");
        reconcile();
        assertEquals("0-2", job().status().completedIndexes());
        assertEquals("0-1,3,5-6", JobIndexes.ranges(Set.of(6, 5, 3, 1, 0)));
        assertEquals("", JobIndexes.ranges(Set.of()));
    }
}
