package dev.quilla.controller.workload;

import dev.quilla.controller.Pods;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a job needs next. Pure.
 *
 * @param create how many pods are missing
 * @param indexes which indexes they get, where the job is indexed
 * @param delete pods that are no longer wanted
 * @param end how the job has ended, if it has
 * @param nextLook until a pod may follow one that failed, or until the job's deadline
 */
record JobPlan(
        int create,
        List<Integer> indexes,
        List<Pod> delete,
        Optional<End> end,
        Optional<Duration> nextLook) {

    private static final int BACKOFF_LIMIT = 6;
    private static final Duration BACKOFF = Duration.ofSeconds(10);
    private static final Duration BACKOFF_MAX = Duration.ofMinutes(6);

    /** The condition that says how a job ended. */
    record End(boolean complete, String reason, String message) {}

    /** For a job and all of its pods. */
    static JobPlan of(JobTally tally, List<Pod> pods, Instant now) {
        return new Planner(tally.job(), tally, pods, now).plan();
    }

    static boolean isIndexed(Job job) {
        return job.spec().completionMode().equals("Indexed");
    }

    /** Whether a job is over, for good or bad. */
    static boolean hasEnded(Job job) {
        return JobConditions.isTrue(job, "Complete") || JobConditions.isTrue(job, "Failed");
    }

    /** Whether a pod that is being deleted is replaced only when it has ended. */
    static boolean waitsForTerminating(Job job) {
        return job.spec().podReplacementPolicy().equals("Failed");
    }

    private record Planner(Job job, JobTally tally, List<Pod> pods, Instant now) {

        JobPlan plan() {
            List<Pod> active = pods.stream().filter(Pods::isActive).toList();
            Optional<End> end = JobConditions.decided(job).or(() -> end(active));
            if (end.isPresent() || job.spec().suspend()) {
                return new JobPlan(0, List.of(), active, end, Optional.empty());
            }
            int wanted = wanted(active.size());
            if (active.size() > wanted) {
                List<Pod> surplus = LeastUseful.first(active).subList(0, active.size() - wanted);
                return new JobPlan(0, List.of(), surplus, end, deadline());
            }
            int missing = Math.max(0, wanted - active.size() - awaited().size());
            if (IndexTries.areLimited(job)) {
                return perIndex(active, missing);
            }
            Optional<Duration> pause = pause().filter(d -> missing > 0);
            if (pause.isPresent()) {
                return new JobPlan(0, List.of(), List.of(), end, pause);
            }
            return new JobPlan(missing, freeIndexes(active, missing), List.of(), end, deadline());
        }

        /** Each index waits after its own failures, and keeps no other from its work. */
        private JobPlan perIndex(List<Pod> active, int missing) {
            List<Integer> ready = new ArrayList<>();
            Optional<Duration> next = deadline();
            for (int index : freeIndexes(active, Integer.MAX_VALUE)) {
                Optional<Duration> pause = pause(index);
                if (pause.isEmpty() && ready.size() < missing) {
                    ready.add(index);
                }
                next = Stream.concat(next.stream(), pause.stream()).min(Duration::compareTo);
            }
            return new JobPlan(ready.size(), ready, List.of(), Optional.empty(), next);
        }

        private Optional<Duration> pause(int index) {
            return pause(
                    pods.stream().filter(p -> JobIndexes.of(p).filter(i -> i == index).isPresent()),
                    tally.tries().of(index).failed());
        }

        /** Pods whose end is awaited before they are replaced. */
        private List<Pod> awaited() {
            return waitsForTerminating(job) ? JobTally.terminating(pods) : List.of();
        }

        private int wanted(int active) {
            int parallelism = job.spec().hasParallelism() ? job.spec().parallelism() : 1;
            if (!job.spec().hasCompletions()) {
                return tally.successes() > 0 ? active : parallelism;
            }
            int left = job.spec().completions() - tally.successes() - tally.failedIndexes().size();
            return Math.min(parallelism, left);
        }

        /** Pods that start their containers again themselves have failed as often as they did. */
        private int restartsInPlace(List<Pod> active) {
            if (!job.spec().template().spec().restartPolicy().equals("OnFailure")) {
                return 0;
            }
            return active.stream()
                    .flatMap(p ->
                            Stream.concat(
                                    p.status().initContainerStatuses().stream(),
                                    p.status().containerStatuses().stream()))
                    .mapToInt(ContainerStatus::restartCount)
                    .sum();
        }

        private Optional<End> end(List<Pod> active) {
            Optional<End> byPolicy =
                    pods.stream()
                            .flatMap(p -> FailurePolicy.match(job, p).stream())
                            .filter(m -> m.action().equals(FailurePolicy.FAIL_JOB))
                            .findFirst()
                            .map(m -> new End(false, "PodFailurePolicy", m.message()));
            if (byPolicy.isPresent()) {
                return byPolicy;
            }
            int limit = job.spec().hasBackoffLimit() ? job.spec().backoffLimit() : BACKOFF_LIMIT;
            if (tally.failures() > limit || restartsInPlace(active) >= Math.max(1, limit)) {
                return Optional.of(
                        new End(
                                false,
                                "BackoffLimitExceeded",
                                "Job has reached the specified backoff limit"));
            }
            if (deadline().filter(Duration::isZero).isPresent()) {
                return Optional.of(
                        new End(
                                false,
                                "DeadlineExceeded",
                                "Job was active longer than specified deadline"));
            }
            return byIndexes().or(() -> complete(active));
        }

        private Optional<End> byIndexes() {
            int failed = tally.failedIndexes().size();
            if (job.spec().hasMaxFailedIndexes() && failed > job.spec().maxFailedIndexes()) {
                return Optional.of(
                        new End(
                                false,
                                "MaxFailedIndexesExceeded",
                                "Job has exceeded the specified maximal number of failed indexes"));
            }
            if (failed > 0 && failed + tally.successes() >= job.spec().completions()) {
                return Optional.of(new End(false, "FailedIndexes", "Job has failed indexes"));
            }
            return SuccessPolicy.met(job, tally.doneIndexes())
                    .map(why -> new End(true, "SuccessPolicy", why));
        }

        private Optional<End> complete(List<Pod> active) {
            boolean complete =
                    job.spec().hasCompletions()
                            ? tally.successes() >= job.spec().completions()
                            : active.isEmpty() && tally.successes() > 0;
            return complete
                    ? Optional.of(
                            new End(
                                    true,
                                    "CompletionsReached",
                                    "Reached expected number of succeeded pods"))
                    : Optional.empty();
        }

        private Optional<Duration> deadline() {
            if (!job.spec().hasActiveDeadlineSeconds() || job.spec().suspend()) {
                return Optional.empty();
            }
            return job.status()
                    .startTime()
                    .map(s -> s.plusSeconds(job.spec().activeDeadlineSeconds()))
                    .map(this::until);
        }

        private Optional<Duration> pause() {
            return pause(pods.stream(), tally.failures());
        }

        /** After each failure the next pod waits longer. */
        private Optional<Duration> pause(Stream<Pod> before, int failures) {
            Optional<Instant> last =
                    before.filter(p -> p.status().phase().equals("Failed"))
                            .filter(p -> !FailurePolicy.ignores(job, p))
                            .map(Planner::endOf)
                            .max(Instant::compareTo);
            int doublings = Math.clamp(failures - 1, 0, 10);
            return last.map(l -> l.plus(shorter(BACKOFF.multipliedBy(1L << doublings))))
                    .map(this::until)
                    .filter(Duration::isPositive);
        }

        private static Duration shorter(Duration backoff) {
            return backoff.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : backoff;
        }

        private static Instant endOf(Pod pod) {
            return pod.status().containerStatuses().stream()
                    .flatMap(c -> c.state().terminated().finishedAt().stream())
                    .max(Instant::compareTo)
                    .orElseGet(() -> pod.metadata().creationTimestamp().orElse(Instant.EPOCH));
        }

        private Duration until(Instant then) {
            Duration left = Duration.between(now, then);
            return left.isNegative() ? Duration.ZERO : left;
        }

        private List<Integer> freeIndexes(List<Pod> active, int count) {
            if (!isIndexed(job)) {
                return List.of();
            }
            Set<Integer> taken = tally.doneIndexes();
            taken.addAll(tally.failedIndexes());
            Stream.concat(active.stream(), awaited().stream())
                    .forEach(p -> JobIndexes.of(p).ifPresent(taken::add));
            List<Integer> free = new ArrayList<>();
            for (int i = 0; i < job.spec().completions() && free.size() < count; i++) {
                if (!taken.contains(i)) {
                    free.add(i);
                }
            }
            return free;
        }
    }
}
