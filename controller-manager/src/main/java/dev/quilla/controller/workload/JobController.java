package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobStatus;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Runs pods until enough of them have succeeded, or too many have failed. Each is counted once,
 * whoever removes it and whenever: {@link JobTally} says how.
 */
public final class JobController implements Controller {

    private final ApiClient client;
    private final EventRecorder events;
    private final OwnedPods<Job> owned;
    private final JobTracking tracking;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public JobController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.owned = new OwnedPods<>(client, informers, events, Resources.JOBS);
        this.tracking = new JobTracking(client);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "job";
    }

    @Override
    public List<Trigger> triggers() {
        return owned.triggers();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Job> found = owned.owner(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        Job job = found.get();
        if (!job.spec().managedBy().isEmpty()) {
            return Outcome.DONE;
        }
        List<Pod> made = owned.made(job).toList();
        if (job.metadata().hasDeletionTimestamp() || JobPlan.hasEnded(job)) {
            tracking.release(made, pod -> {});
            return job.metadata().hasDeletionTimestamp() ? Outcome.DONE : removeInTime(job);
        }
        if (!owned.showsReported(job)) {
            return OwnedPods.LATER;
        }
        List<Pod> pods = chosen(job, made);
        return owned.areShown(key, pods) ? step(job, pods) : OwnedPods.LATER;
    }

    /** The pods that the job's selector chooses; it lets go of the others. */
    private List<Pod> chosen(Job job, List<Pod> made) {
        Selector selector = Selector.of(job.spec().selector());
        List<Pod> mine = new ArrayList<>();
        for (Pod pod : made) {
            if (selector.matches(pod.metadata().labels())) {
                mine.add(pod);
            } else {
                tracking.disown(pod, job.uid());
            }
        }
        return mine;
    }

    /**
     * What has ended is noted before anything is done: should the job have changed, the status is
     * refused. What is noted is let go, and counted last.
     */
    private Outcome step(Job job, List<Pod> pods) {
        Instant now = clock.instant();
        JobTally known = JobTally.of(job, pods);
        JobPlan plan = JobPlan.of(known, pods, now);
        boolean fails = plan.end().filter(end -> !end.complete()).isPresent();
        JobTally settled = plan.end().isPresent() ? known.withoutKept() : known;
        JobTally tally = fails ? settled.withFailed(plan.delete()) : settled;
        JobTally.Batch batch = tally.batch();
        Job noted = report(job, status(tally.noted(batch), job, pods, plan, now));
        List<Pod> release = new ArrayList<>(batch.release());
        if (!fails) {
            release.addAll(plan.delete());
        }
        Set<String> held = new HashSet<>(tally.held());
        held.removeAll(tracking.release(release, pod -> owned.wrote(job, pod)));
        plan.delete().forEach(pod -> owned.delete(job, pod));
        Optional<RuntimeException> failure = create(job, plan, known.tries());
        count(noted, held, plan.end().filter(_ -> isAtRest(pods, plan, batch)), now);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return plan.nextLook().<Outcome>map(Outcome.After::new).orElse(Outcome.DONE);
    }

    /** Whether no pod has still to end or to be noted. */
    private static boolean isAtRest(List<Pod> pods, JobPlan plan, JobTally.Batch batch) {
        return batch.whole() && plan.delete().isEmpty() && JobTally.terminating(pods).isEmpty();
    }

    /** Counts what was noted and is let go; a job that is at rest ends once all is counted. */
    private void count(Job noted, Set<String> held, Optional<JobPlan.End> end, Instant now) {
        JobStatus settled = JobTally.settled(noted.status(), held);
        Optional<JobPlan.End> ended = end.filter(_ -> JobTally.isSettled(settled));
        report(
                noted,
                ended.map(e -> JobConditions.withEnd(settled, e, seconds(now))).orElse(settled));
        ended.ifPresent(e -> tell(noted, e));
    }

    /** A job that says so is removed some time after its end, with its pods. */
    private Outcome removeInTime(Job job) {
        if (!job.spec().hasTtlSecondsAfterFinished()) {
            return Outcome.DONE;
        }
        Instant end =
                job.status().conditions().stream()
                        .flatMap(c -> c.lastTransitionTime().stream())
                        .max(Instant::compareTo)
                        .orElse(clock.instant());
        Duration left =
                Duration.between(
                        clock.instant(), end.plusSeconds(job.spec().ttlSecondsAfterFinished()));
        if (left.isPositive()) {
            return new Outcome.After(left);
        }
        client.resource(Resources.JOBS)
                .delete(
                        job.key(),
                        DeleteOptions.builder()
                                .propagationPolicy("Foreground")
                                .preconditions(p -> p.uid(job.uid()))
                                .build());
        return Outcome.DONE;
    }

    private Optional<RuntimeException> create(Job job, JobPlan plan, IndexTries tries) {
        if (!JobPlan.isIndexed(job)) {
            return SlowStart.run(
                    plan.create(), () -> create(job, pod -> JobPods.tracked(job, pod)));
        }
        for (int index : plan.indexes()) {
            create(
                    job,
                    pod -> {
                        Pod indexed = JobPods.indexed(job, JobPods.tracked(job, pod), index);
                        return IndexTries.areLimited(job)
                                ? JobPods.after(indexed, tries.of(index))
                                : indexed;
                    });
        }
        return Optional.empty();
    }

    private void create(Job job, UnaryOperator<Pod> change) {
        owned.create(job, job.spec().template(), change);
    }

    /** A status with all but the counters, which it has. */
    private static JobStatus status(
            JobStatus counters, Job job, List<Pod> pods, JobPlan plan, Instant now) {
        Set<String> going = plan.delete().stream().map(Pod::uid).collect(Collectors.toSet());
        List<Pod> active =
                pods.stream().filter(p -> Pods.isActive(p) && !going.contains(p.uid())).toList();
        JobStatus.Builder status =
                counters.toBuilder()
                        .active(active.size() + plan.create())
                        .terminating(JobTally.terminating(pods).size())
                        .ready((int) active.stream().filter(Pods::isReady).count());
        if (job.status().startTime().isEmpty() && !job.spec().suspend()) {
            status.startTime(seconds(now));
        }
        JobStatus suspended =
                JobConditions.withSuspension(status.build(), job.spec().suspend(), seconds(now));
        return plan.end()
                .map(end -> JobConditions.withDecided(suspended, end, seconds(now)))
                .orElse(suspended);
    }

    private static Instant seconds(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS);
    }

    private Job report(Job job, JobStatus status) {
        return status.equals(job.status())
                ? job
                : owned.updateStatus(job.toBuilder().status(status).build());
    }

    private void tell(Job job, JobPlan.End end) {
        events.record(
                job,
                end.complete() ? EventType.NORMAL : EventType.WARNING,
                end.complete() ? "Completed" : end.reason(),
                end.complete() ? "Job completed" : end.message());
    }
}
