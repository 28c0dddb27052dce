package dev.quilla.controller.workload;

import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.Pod;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How often the indexes of a job have failed whose indexes each have a limit of their own ({@code
 * backoffLimitPerIndex}). What is known of an index is written on its latest pod, which therefore
 * stays until another one has taken its place. Pure.
 */
final class IndexTries {

    /** Failures of a pod's index before that pod. */
    static final String FAILED = "batch.kubernetes.io/job-index-failure-count";

    /** Such that the job's policy ignores. */
    static final String IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

    /**
     * What has become of an index so far.
     *
     * @param failed how often it has failed
     * @param ignored how often it has failed in a way that does not count
     */
    record Tries(int failed, int ignored) {

        static final Tries NONE = new Tries(0, 0);

        private Tries max(Tries other) {
            return new Tries(Math.max(failed, other.failed), Math.max(ignored, other.ignored));
        }
    }

    private final Map<Integer, Tries> tries = new HashMap<>();
    private final SortedSet<Integer> given = new TreeSet<>();

    private IndexTries() {}

    /** Whether each index of a job has a limit. */
    static boolean areLimited(Job job) {
        return JobPlan.isIndexed(job) && job.spec().hasBackoffLimitPerIndex();
    }

    /**
     * Of a job's pods.
     *
     * @param failed those of them that have failed
     */
    static IndexTries of(Job job, List<Pod> pods, Collection<Pod> failed) {
        IndexTries all = new IndexTries();
        if (!areLimited(job)) {
            return all;
        }
        for (Pod pod : pods) {
            JobIndexes.of(pod)
                    .ifPresent(index ->
                            all.tries.merge(
                                    index, after(job, pod, failed.contains(pod)), Tries::max));
        }
        for (Pod pod : failed) {
            if (isLast(job, pod)) {
                JobIndexes.of(pod).ifPresent(all.given::add);
            }
        }
        return all;
    }

    private static Tries after(Job job, Pod pod, boolean failed) {
        Tries before = before(pod);
        if (!failed) {
            return before;
        }
        return FailurePolicy.ignores(job, pod)
                ? new Tries(before.failed, before.ignored + 1)
                : new Tries(before.failed + 1, before.ignored);
    }

    /** What had become of a pod's index before that pod. */
    static Tries before(Pod pod) {
        return new Tries(count(pod, FAILED), count(pod, IGNORED));
    }

    private static int count(Pod pod, String annotation) {
        String text = pod.metadata().annotations().getOrDefault(annotation, "0");
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            // Whoever may write a pod may write anything there.
            return 0;
        }
    }

    /** Whether nothing is tried any more after a pod's failure. */
    static boolean isLast(Job job, Pod pod) {
        return FailurePolicy.givesUpIndex(job, pod)
                || !FailurePolicy.ignores(job, pod)
                        && before(pod).failed >= job.spec().backoffLimitPerIndex();
    }

    /** What has become of an index so far. */
    Tries of(int index) {
        return tries.getOrDefault(index, Tries.NONE);
    }

    /** The indexes that have failed for good by their pods that are there. */
    SortedSet<Integer> given() {
        return given;
    }
}
