package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobStatus;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobTallyTest {

    private static final Job JOB = Job.builder().metadata(m -> m.name("sum")).build();

    private static Pod pod(int number, String phase) {
        return Pod.builder()
                .metadata(m ->
                        m.name("p" + number)
                                .uid("uid-" + number)
                                .finalizers(List.of(JobTracking.FINALIZER)))
                .status(s -> s.phase(phase))
                .build();
    }

    @Test
    void noMorePodsAreNotedThanAStatusHasRoomFor() {
        List<Pod> pods = IntStream.range(0, 600).mapToObj(i -> pod(i, "Succeeded")).toList();
        JobTally tally = JobTally.of(JOB, pods);
        assertEquals(600, tally.successes());
        JobTally.Batch batch = tally.batch();
        assertFalse(batch.whole());
        assertEquals(500, batch.release().size());
        JobStatus noted = tally.noted(batch);
        assertEquals(500, noted.uncountedTerminatedPods().succeeded().size());
        assertEquals(0, noted.succeeded());
        JobStatus settled = JobTally.settled(noted, Set.of());
        assertEquals(500, settled.succeeded());
        assertTrue(JobTally.isSettled(settled));
    }

    @Test
    void whatIsNotedAndStillHeldIsNotCountedAgain() {
        Job job =
                JOB.toBuilder()
                        .status(s ->
                                s.failed(3)
                                        .uncountedTerminatedPods(
                                                u -> u.failed(List.of("uid-1", "uid-2"))))
                        .build();
        JobTally tally = JobTally.of(job, List.of(pod(1, "Failed")));
        assertEquals(5, tally.failures());
        assertEquals(List.of("p1"), tally.batch().release().stream().map(Pod::name).toList());
        JobStatus noted = tally.noted(tally.batch());
        assertEquals(4, noted.failed());
        assertEquals(List.of("uid-1"), noted.uncountedTerminatedPods().failed());
    }

    @Test
    void indexesAreReadAsTheyAreWritten() {
        Set<Integer> indexes = new TreeSet<>(Set.of(0, 1, 3, 5, 6, 7));
        assertEquals(indexes, JobIndexes.parse(JobIndexes.ranges(indexes), 10));
        assertEquals(Set.of(0, 1), JobIndexes.parse("0-7", 2));
        assertEquals(Set.of(4), JobIndexes.parse("x,-3,2-y,4,5-4", 9));
        assertEquals(Set.of(), JobIndexes.parse("", 9));
    }
}
