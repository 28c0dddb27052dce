package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each pod of a job is counted once, whoever deletes it and whenever its controller dies. */
class JobCountingTest {

    private static final int WRITES_MAX = 60;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void controllerThatDiesBeforeAWriteCountsAllPodsOnce() {
        dieAtEachWrite(false);
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void controllerThatDiesBeforeItHearsOfItsWriteCountsAllPodsOnce() {
        dieAtEachWrite(true);
    }

    private static void dieAtEachWrite(boolean late) {
        int writes = 0;
        while (!survives(writes, late)) {
            writes++;
            assertTrue(writes < WRITES_MAX);
        }
        assertTrue(writes > 8, "the controller writes less often than it must: " + writes);
    }

    /** Whether a controller that may write so often gets a job to its end without dying. */
    private static boolean survives(int writes, boolean late) {
        try (JobRun run = new JobRun("completions: 3\n  parallelism: 2")) {
            run.dieAt(writes, late);
            boolean survived = true;
            boolean hasFailed = false;
            for (int round = 0; round < 30 && !JobPlan.hasEnded(run.job()); round++) {
                survived &= run.reconcile();
                for (Pod pod : run.active()) {
                    if (hasFailed) {
                        run.succeed(pod);
                    } else {
                        run.fail(pod);
                        hasFailed = true;
                    }
                }
                run.deleteEnded();
            }
            survived &= run.reconcile();
            run.check(3);
            assertEquals(1, run.job().status().failed());
            assertEquals(List.of(), run.cluster.all(Resources.PODS));
            return survived;
        }
    }

    @Property(tries = 12)
    void podsAreCountedOnceWhateverHappens(
            @ForAll boolean indexed,
            @ForAll @Size(min = 10, max = 40) List<@IntRange(max = 11) Integer> happenings) {
        String mode = indexed ? "Indexed" : "NonIndexed";
        try (JobRun run =
                new JobRun(
                        "completions: 5\n  parallelism: 3\n  backoffLimit: 1000\n  completionMode: "
                                + mode)) {
            happenings.forEach(h -> happens(run, h));
            run.finish();
            run.check(5);
        }
    }

    static void happens(JobRun run, int what) {
        switch (what) {
            case 0 -> run.active().stream().findFirst().ifPresent(run::succeed);
            case 1 -> run.active().stream().findFirst().ifPresent(run::fail);
            case 2 -> run.active().stream().findFirst().ifPresent(run::delete);
            case 3 -> run.deleteEnded();
            case 4 -> run.restart();
            case 5, 6 -> run.dieAt(what - 4, false);
            case 7, 8 -> run.dieAt(what - 7, true);
            default -> run.reconcile();
        }
    }
}
