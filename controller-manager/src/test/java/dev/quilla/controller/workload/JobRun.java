package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.Death;
import dev.quilla.controller.Pods;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A job, the pods of which end and are deleted, under controllers that die. Knows how many pods
 * have succeeded and failed.
 */
final class JobRun implements AutoCloseable {

    private static final ObjectKey KEY = new ObjectKey("default", "sum");
    private static final int ROUNDS_MAX = 60;

    final TestCluster cluster = new TestCluster();
    private JobController controller = controller(Integer.MAX_VALUE, false);
    private int succeeded;
    private int failed;
    private final Map<Integer, Integer> failures = new HashMap<>();

    JobRun(String spec) {
        cluster.create(
                Resources.JOBS,
                """
                metadata: {name: sum}
                spec:
                  %s
                  template:
                    spec: {restartPolicy: Never, containers: [{name: c, image: "sum:1"}]}
                """
                        .formatted(spec));
    }

    private JobController controller(int writes, boolean late) {
        return new JobController(
                cluster.clientThatDies(writes, late),
                cluster.informers,
                cluster.events,
                cluster.clock);
    }

    Job job() {
        return cluster.get(Resources.JOBS, "sum");
    }

    List<Pod> active() {
        return cluster.livePods();
    }

    /** Another controller takes over. */
    void restart() {
        dieAt(Integer.MAX_VALUE, false);
    }

    /** Another controller takes over, and dies after a number of writes. */
    void dieAt(int writes, boolean late) {
        controller = controller(writes, late);
    }

    /** Looks at the job once; whether the controller survived that. */
    boolean reconcile() {
        cluster.clock.pass(Duration.ofMinutes(6));
        return look();
    }

    /** The same at the same time: who waits still does. */
    boolean look() {
        try {
            cluster.reconcile(controller, KEY);
            return true;
        } catch (Death _) {
            restart();
            return false;
        }
    }

    void succeed(Pod pod) {
        cluster.report(pod, "Succeeded", false, "");
        succeeded++;
    }

    void fail(Pod pod) {
        cluster.report(pod, "Failed", false, "");
        countFailure(pod);
    }

    private void countFailure(Pod pod) {
        failed++;
        JobIndexes.of(pod).ifPresent(index -> failures.merge(index, 1, Integer::sum));
    }

    /** How many pods have failed. */
    int failed() {
        return failed;
    }

    /** How many pods of an index have failed. */
    int failures(int index) {
        return failures.getOrDefault(index, 0);
    }

    /** The pods that are over and still there. */
    List<Pod> ended() {
        return cluster.all(Resources.PODS).stream().filter(Pods::isOver).toList();
    }

    /** A pod that is deleted before it has ended is a failure. */
    void delete(Pod pod) {
        cluster.client.resource(Resources.PODS).delete(pod.key());
        if (Pods.isActive(pod)) {
            countFailure(pod);
        }
    }

    void deleteEnded() {
        ended().forEach(this::delete);
    }

    /** Lets all pods succeed from now on, until the job has ended. */
    void finish() {
        for (int round = 0; !JobPlan.hasEnded(job()); round++) {
            assertTrue(round < ROUNDS_MAX, () -> "the job does not end: " + job());
            reconcile();
            active().forEach(this::succeed);
        }
        reconcile();
    }

    /** What must hold of a job that is complete. */
    void check(int completions) {
        assertTrue(JobConditions.isTrue(job(), "Complete"), () -> job().toString());
        assertEquals(completions, job().status().succeeded());
        assertEquals(succeeded, job().status().succeeded());
        assertEquals(failed, job().status().failed());
        assertTrue(JobTally.isSettled(job().status()), () -> job().toString());
        assertEquals(
                List.of(),
                cluster.all(Resources.PODS).stream().filter(JobTracking::isTracked).toList());
    }

    @Override
    public void close() {
        cluster.close();
    }
}
