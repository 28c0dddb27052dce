package dev.quilla.controller.workload;

import dev.quilla.controller.Pods;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobStatus;
import dev.quilla.model.batch.v1.UncountedTerminatedPods;
import dev.quilla.model.core.v1.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often a job's pods have succeeded and failed: what its status has counted, and what is new
 * among its pods. Pure.
 *
 * <p>A pod is counted in three writes, after Kubernetes' KEP-2307. Its uid is noted in the status,
 * as not yet counted; its finalizer is taken off; its uid leaves the status in the same write that
 * adds one to a counter. Whatever happens in between, an observer that starts afresh finds either a
 * finalizer on a pod that is not noted, or a note: the pod is neither lost nor counted twice. The
 * successes of an indexed job need no note: an index can be in the set of done ones only once.
 *
 * @param held the uids of the pods that carry the finalizer
 * @param succeeded pods that have and are not noted
 * @param failed pods that have and are not noted
 * @param known pods that are over and noted already, or that don't count
 */
record JobTally(Job job, Set<String> held, List<Pod> succeeded, List<Pod> failed, List<Pod> known) {

    /** How many uids a status may note, as in Kubernetes: 500 are less than 20 KB. */
    static final int NOTED_MAX = 500;

    JobTally {
        held = Set.copyOf(held);
        succeeded = List.copyOf(succeeded);
        failed = List.copyOf(failed);
        known = List.copyOf(known);
    }

    /**
     * What is counted in one go.
     *
     * @param release the pods whose finalizer can go once the status has been written
     * @param whole whether nothing is left for the next time
     */
    record Batch(List<Pod> succeeded, List<Pod> failed, List<Pod> release, boolean whole) {}

    /** Of a job and all of its pods. */
    static JobTally of(Job job, List<Pod> pods) {
        Set<String> noted = noted(job.status());
        Set<String> held = new HashSet<>();
        List<Pod> succeeded = new ArrayList<>();
        List<Pod> failed = new ArrayList<>();
        List<Pod> known = new ArrayList<>();
        for (Pod pod : pods.stream().filter(JobTracking::isTracked).toList()) {
            held.add(pod.uid());
            if (noted.contains(pod.uid())) {
                known.add(pod);
            } else if (pod.status().phase().equals("Succeeded")) {
                succeeded.add(pod);
            } else if (hasFailed(job, pod)) {
                (FailurePolicy.ignores(job, pod) ? known : failed).add(pod);
            }
        }
        return new JobTally(job, held, succeeded, failed, known);
    }

    /**
     * Whether a pod is a failure. One that is being deleted is at once, unless the job wants it to
     * have ended before another one takes its place: then when nothing but finalizers keeps it.
     */
    private static boolean hasFailed(Job job, Pod pod) {
        return pod.status().phase().equals("Failed")
                || pod.metadata().hasDeletionTimestamp()
                        && (!JobPlan.waitsForTerminating(job)
                                || pod.metadata().deletionGracePeriodSeconds() == 0);
    }

    private static Set<String> noted(JobStatus status) {
        UncountedTerminatedPods noted = status.uncountedTerminatedPods();
        return Stream.concat(noted.succeeded().stream(), noted.failed().stream())
                .collect(Collectors.toSet());
    }

    /** The same, with pods that are about to be removed because the job has failed. */
    JobTally withFailed(List<Pod> ending) {
        Set<String> counted = noted(job.status());
        List<Pod> more =
                ending.stream()
                        .filter(JobTracking::isTracked)
                        .filter(p -> !counted.contains(p.uid()))
                        .toList();
        return new JobTally(job, held, succeeded, concat(failed, more), known);
    }

    /** How many pods, or indexes, have succeeded. */
    int successes() {
        return JobPlan.isIndexed(job)
                ? doneIndexes().size()
                : job.status().succeeded()
                        + job.status().uncountedTerminatedPods().succeeded().size()
                        + succeeded.size();
    }

    /** How many pods have failed, without those whose failure doesn't count. */
    int failures() {
        return job.status().failed()
                + job.status().uncountedTerminatedPods().failed().size()
                + failed.size();
    }

    /** The indexes whose work is done. */
    SortedSet<Integer> doneIndexes() {
        return doneIndexes(succeeded);
    }

    private SortedSet<Integer> doneIndexes(List<Pod> more) {
        int completions = job.spec().completions();
        SortedSet<Integer> done = JobIndexes.parse(job.status().completedIndexes(), completions);
        more.stream()
                .flatMap(p -> JobIndexes.of(p).stream())
                .filter(i -> i < completions)
                .forEach(done::add);
        return done;
    }

    /** As many as the status has room to note. */
    Batch batch() {
        int room = Math.max(0, NOTED_MAX - noted(settled(job.status(), held)).size());
        List<Pod> first = succeeded.subList(0, Math.min(room, succeeded.size()));
        List<Pod> second = failed.subList(0, Math.min(room - first.size(), failed.size()));
        return new Batch(
                first,
                second,
                concat(known, concat(first, second)),
                first.size() == succeeded.size() && second.size() == failed.size());
    }

    /** The job's status once a batch is noted, and what was noted before and let go is counted. */
    JobStatus noted(Batch batch) {
        JobStatus status = settled(job.status(), held);
        UncountedTerminatedPods before = status.uncountedTerminatedPods();
        List<String> failures = concat(before.failed(), uids(batch.failed()));
        if (!JobPlan.isIndexed(job)) {
            List<String> successes = concat(before.succeeded(), uids(batch.succeeded()));
            return withNoted(status, successes, failures);
        }
        SortedSet<Integer> done = doneIndexes(batch.succeeded());
        return withNoted(status, List.of(), failures).toBuilder()
                .completedIndexes(JobIndexes.ranges(done))
                .succeeded(done.size())
                .build();
    }

    /** A status that has counted the noted pods that no finalizer holds any more. */
    static JobStatus settled(JobStatus status, Set<String> held) {
        UncountedTerminatedPods noted = status.uncountedTerminatedPods();
        List<String> succeeded = noted.succeeded().stream().filter(held::contains).toList();
        List<String> failed = noted.failed().stream().filter(held::contains).toList();
        return withNoted(status, succeeded, failed).toBuilder()
                .succeeded(status.succeeded() + noted.succeeded().size() - succeeded.size())
                .failed(status.failed() + noted.failed().size() - failed.size())
                .build();
    }

    private static JobStatus withNoted(
            JobStatus status, List<String> succeeded, List<String> failed) {
        UncountedTerminatedPods.Builder noted = UncountedTerminatedPods.builder();
        if (!succeeded.isEmpty()) {
            noted.succeeded(succeeded);
        }
        if (!failed.isEmpty()) {
            noted.failed(failed);
        }
        return status.toBuilder().uncountedTerminatedPods(noted.build()).build();
    }

    /** Whether all that a status has noted is counted. */
    static boolean isSettled(JobStatus status) {
        return noted(status).isEmpty();
    }

    /** Pods that are being deleted and have not ended. */
    static List<Pod> terminating(List<Pod> pods) {
        Predicate<Pod> over = Pods::isOver;
        return pods.stream()
                .filter(p -> p.metadata().hasDeletionTimestamp())
                .filter(over.negate())
                .toList();
    }

    private static List<String> uids(List<Pod> pods) {
        return pods.stream().map(Pod::uid).toList();
    }

    private static <T> List<T> concat(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
