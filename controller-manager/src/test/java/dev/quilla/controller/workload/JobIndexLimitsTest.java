package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.batch.v1.JobCondition;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Jobs whose indexes each have a limit, or of which not all must succeed. */
class JobIndexLimitsTest {

    private static final String LIMITED =
            """
            completionMode: Indexed
              completions: 3
              parallelism: 3
              backoffLimitPerIndex: 1
            """;

    private static List<String> conditions(JobRun run) {
        return run.job().status().conditions().stream()
                .map(c -> c.type() + " " + c.reason())
                .toList();
    }

    private static void endAll(JobRun run, Map<Integer, Boolean> successes) {
        for (Pod pod : run.active()) {
            Boolean success = successes.get(JobIndexes.of(pod).orElseThrow());
            if (success != null && success) {
                run.succeed(pod);
            } else if (success != null) {
                run.fail(pod);
            }
        }
    }

    @Test
    void anIndexThatFailsTooOftenFailsAlone() {
        try (JobRun run = new JobRun(LIMITED)) {
            run.reconcile();
            endAll(run, Map.of(1, false));
            run.reconcile();
            run.reconcile();
            Pod second = pod(run, 1);
            assertEquals("1", second.metadata().annotations().get(IndexTries.FAILED));
            assertEquals("", run.job().status().failedIndexes());
            assertEquals(3, run.active().size());
            run.fail(second);
            run.reconcile();
            assertEquals("1", run.job().status().failedIndexes());
            assertEquals(2, run.active().size());
            assertEquals(2, run.job().status().failed());
            endAll(run, Map.of(0, true, 2, true));
            run.reconcile();
            run.reconcile();
            assertEquals("0,2", run.job().status().completedIndexes());
            assertEquals(
                    List.of("FailureTarget FailedIndexes", "Failed FailedIndexes"),
                    conditions(run));
        }
    }

    private static Pod pod(JobRun run, int index) {
        return run.active().stream()
                .filter(p -> JobIndexes.of(p).orElseThrow() == index)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tooManyFailedIndexesFailTheJobAtOnce() {
        try (JobRun run = new JobRun(LIMITED.stripTrailing() + "\n  maxFailedIndexes: 0\n")) {
            run.reconcile();
            endAll(run, Map.of(2, false));
            run.reconcile();
            run.reconcile();
            endAll(run, Map.of(2, false));
            run.reconcile();
            assertEquals(List.of(), run.active());
            run.reconcile();
            assertEquals(
                    List.of(
                            "FailureTarget MaxFailedIndexesExceeded",
                            "Failed MaxFailedIndexesExceeded"),
                    conditions(run));
        }
    }

    @Test
    void aFailedPodStaysUntilAnotherOneKnowsOfIt() {
        try (JobRun run = new JobRun(LIMITED)) {
            run.reconcile();
            endAll(run, Map.of(1, false));
            // The next pod waits: meanwhile somebody removes the one that failed.
            run.look();
            run.deleteEnded();
            run.restart();
            run.look();
            assertEquals(1, run.ended().size());
            run.reconcile();
            run.reconcile();
            assertEquals(List.of(), run.ended());
            assertEquals("1", pod(run, 1).metadata().annotations().get(IndexTries.FAILED));
            assertEquals(1, run.job().status().failed());
        }
    }

    @Test
    void enoughIndexesMakeAJobComplete() {
        try (JobRun run =
                new JobRun(
                        """
                        completionMode: Indexed
                          completions: 4
                          parallelism: 4
                          successPolicy:
                            rules:
                            - {succeededIndexes: "0", succeededCount: 1}
                            - {succeededIndexes: "1-3", succeededCount: 2}
                        """)) {
            run.reconcile();
            endAll(run, Map.of(2, true));
            run.reconcile();
            assertEquals(List.of(), conditions(run));
            endAll(run, Map.of(3, true));
            run.reconcile();
            assertEquals(List.of(), run.active());
            run.reconcile();
            JobCondition met = run.job().status().conditions().getFirst();
            assertEquals("Matched rules at index 1", met.message());
            assertEquals(
                    List.of("SuccessCriteriaMet SuccessPolicy", "Complete SuccessPolicy"),
                    conditions(run));
            assertEquals(2, run.job().status().succeeded());
        }
    }

    /** Whatever happens, an index is tried once more than its limit, and all are settled. */
    @Property(tries = 12)
    void eachIndexIsTriedAsOftenAsItMay(
            @ForAll @Size(min = 10, max = 40) List<@IntRange(max = 11) Integer> happenings) {
        try (JobRun run = new JobRun(LIMITED)) {
            happenings.forEach(h -> JobCountingTest.happens(run, h));
            for (int round = 0; !JobPlan.hasEnded(run.job()); round++) {
                assertTrue(round < 60, () -> "the job does not end: " + run.job());
                run.reconcile();
                endAll(run, Map.of(0, false, 1, true, 2, true));
            }
            run.reconcile();
            var done = JobIndexes.parse(run.job().status().completedIndexes(), 3);
            var failed = JobIndexes.parse(run.job().status().failedIndexes(), 3);
            var all = new TreeSet<>(done);
            all.addAll(failed);
            assertEquals(new TreeSet<>(List.of(0, 1, 2)), all);
            assertEquals(3, done.size() + failed.size());
            for (int index : failed) {
                assertEquals(2, run.failures(index));
            }
            for (int index : done) {
                assertTrue(run.failures(index) < 2);
            }
            assertEquals(run.failed(), run.job().status().failed());
        }
    }
}
