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
import java.util.TreeSet;
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
 * @param kept pods that have failed and stay until another one does their work, for what is written
 *     on them: see {@link IndexTries}
 * @param tries how often the job's indexes have failed, where each has a limit
 */
record JobTally(
        Job job,
        Set<String> held,
        List<Pod> succeeded,
        List<Pod> failed,
        List<Pod> known,
        List<Pod> kept,
        IndexTries tries) {

    /** How many uids a status may note, as in Kubernetes: 500 are less than 20 KB. */
    static final int NOTED_MAX = 500;

    JobTally {
        held = Set.copyOf(held);
        succeeded = List.copyOf(succeeded);
        failed = List.copyOf(failed);
        known = List.copyOf(known);
        kept = List.copyOf(kept);
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
            } else if (isFailure(job, pod)) {
                (FailurePolicy.ignores(job, pod) ? known : failed).add(pod);
            }
        }
        IndexTries tries =
                IndexTries.of(
                        job,
                        pods,
                        pods.stream()
                                .filter(JobTracking::isTracked)
                                .filter(p -> isFailure(job, p))
                                .collect(Collectors.toSet()));
        JobTally all = new JobTally(job, held, succeeded, failed, known, List.of(), tries);
        return IndexTries.areLimited(job) ? all.withKept(pods) : all;
    }

    /** Keeps the latest pod of each index that is going to be tried again. */
    private JobTally withKept(List<Pod> pods) {
        Set<Integer> settled = new HashSet<>(doneIndexes());
        settled.addAll(failedIndexes());
        pods.stream()
                .filter(p -> !isFailure(job, p))
                .forEach(p -> JobIndexes.of(p).ifPresent(settled::add));
        Set<String> noted = noted(job.status());
        Predicate<Pod> keeps =
                pod ->
                        isFailure(job, pod)
                                && !noted.contains(pod.uid())
                                && JobIndexes.of(pod)
                                        .filter(i -> !settled.contains(i))
                                        .filter(i -> isLatest(pod, i))
                                        .isPresent();
        return new JobTally(
                job,
                held,
                succeeded,
                failed.stream().filter(keeps.negate()).toList(),
                known.stream().filter(keeps.negate()).toList(),
                Stream.concat(failed.stream(), known.stream()).filter(keeps).toList(),
                tries);
    }

    /** Whether nothing is known of an index that is not written on a pod. */
    private boolean isLatest(Pod pod, int index) {
        IndexTries.Tries before = IndexTries.before(pod);
        IndexTries.Tries all = tries.of(index);
        return before.failed() + before.ignored() + 1 == all.failed() + all.ignored();
    }

    /** The same, with pods let go that another one would have followed. */
    JobTally withoutKept() {
        Predicate<Pod> ignored = pod -> FailurePolicy.ignores(job, pod);
        return new JobTally(
                job,
                held,
                succeeded,
                concat(failed, kept.stream().filter(ignored.negate()).toList()),
                concat(known, kept.stream().filter(ignored).toList()),
                List.of(),
                tries);
    }

    /**
     * Whether a pod is a failure. One that is being deleted is at once, unless the job wants it to
     * have ended before another one takes its place: then when nothing but finalizers keeps it.
     */
    private static boolean isFailure(Job job, Pod pod) {
        return pod.status().phase().equals("Failed")
                || !pod.status().phase().equals("Succeeded")
                        && pod.metadata().hasDeletionTimestamp()
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
        return new JobTally(job, held, succeeded, concat(failed, more), known, kept, tries);
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
                + failed.size()
                + (int) kept.stream().filter(p -> !FailurePolicy.ignores(job, p)).count();
    }

    /** The indexes that have failed for good, where each has a limit. */
    SortedSet<Integer> failedIndexes() {
        SortedSet<Integer> given = failedIndexes(failed);
        given.addAll(tries.given());
        given.removeAll(doneIndexes());
        return given;
    }

    private SortedSet<Integer> failedIndexes(List<Pod> more) {
        if (!IndexTries.areLimited(job)) {
            return new TreeSet<>();
        }
        int completions = job.spec().completions();
        SortedSet<Integer> given = JobIndexes.parse(job.status().failedIndexes(), completions);
        more.stream()
                .filter(p -> IndexTries.isLast(job, p))
                .flatMap(p -> JobIndexes.of(p).stream())
                .filter(i -> i < completions)
                .forEach(given::add);
        return given;
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
        JobStatus.Builder noted =
                withNoted(status, List.of(), failures).toBuilder()
                        .completedIndexes(JobIndexes.ranges(done))
                        .succeeded(done.size());
        if (IndexTries.areLimited(job)) {
            SortedSet<Integer> given = failedIndexes(batch.failed());
            given.removeAll(done);
            noted.failedIndexes(JobIndexes.ranges(given));
        }
        return noted.build();
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
