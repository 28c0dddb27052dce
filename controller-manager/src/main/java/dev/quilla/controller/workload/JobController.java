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
import dev.quilla.model.batch.v1.JobCondition;
import dev.quilla.model.batch.v1.JobStatus;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs pods until enough of them have succeeded, or too many have failed. */
public final class JobController implements Controller {

    private final ApiClient client;
    private final EventRecorder events;
    private final OwnedPods<Job> owned;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public JobController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.owned = new OwnedPods<>(client, informers, events, Resources.JOBS);
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
        if (job.metadata().hasDeletionTimestamp() || !job.spec().managedBy().isEmpty()) {
            return Outcome.DONE;
        }
        if (JobPlan.hasEnded(job)) {
            return removeInTime(job);
        }
        List<Pod> pods = owned.made(job).toList();
        if (!owned.areShown(key, pods)) {
            return OwnedPods.LATER;
        }
        JobPlan plan = JobPlan.of(job, pods, clock.instant());
        plan.delete().forEach(pod -> owned.delete(job, pod));
        Optional<RuntimeException> failure = create(job, plan);
        updateStatus(job, pods, plan);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return plan.nextLook().<Outcome>map(Outcome.After::new).orElse(Outcome.DONE);
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

    private Optional<RuntimeException> create(Job job, JobPlan plan) {
        if (!JobPlan.isIndexed(job)) {
            return SlowStart.run(plan.create(), () -> create(job, Optional.empty()));
        }
        plan.indexes().forEach(index -> create(job, Optional.of(index)));
        return Optional.empty();
    }

    private void create(Job job, Optional<Integer> index) {
        owned.create(
                job,
                job.spec().template(),
                pod ->
                        index.map(i -> indexed(job, labelled(job, pod), i))
                                .orElseGet(() -> labelled(job, pod)));
    }

    private static Pod labelled(Job job, Pod pod) {
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        for (String prefix : List.of("", "batch.kubernetes.io/")) {
            labels.put(prefix + "job-name", job.name());
            labels.put(prefix + "controller-uid", job.uid());
        }
        return pod.toBuilder().metadata(m -> m.labels(labels)).build();
    }

    private static Pod indexed(Job job, Pod pod, int index) {
        String name = job.name() + "-" + index;
        Map<String, String> annotations = new HashMap<>(pod.metadata().annotations());
        annotations.put(JobPlan.INDEX, Integer.toString(index));
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.put(JobPlan.INDEX, Integer.toString(index));
        List<Container> containers =
                pod.spec().containers().stream().map(c -> withIndex(c, index)).toList();
        return pod.toBuilder()
                .metadata(m -> m.generateName(name + "-").annotations(annotations).labels(labels))
                .spec(s -> s.hostname(name).containers(containers))
                .build();
    }

    private static Container withIndex(Container container, int index) {
        List<EnvVar> env = new ArrayList<>(container.env());
        env.add(
                EnvVar.builder()
                        .name("JOB_COMPLETION_INDEX")
                        .value(Integer.toString(index))
                        .build());
        return container.toBuilder().env(env).build();
    }

    private void updateStatus(Job job, List<Pod> pods, JobPlan plan) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<Pod> active = pods.stream().filter(Pods::isActive).toList();
        JobStatus.Builder status =
                job.status().toBuilder()
                        .active(active.size() - plan.delete().size() + plan.create())
                        .ready((int) active.stream().filter(Pods::isReady).count())
                        .succeeded(JobPlan.succeeded(pods))
                        .failed(JobPlan.failed(job, pods).size());
        if (JobPlan.isIndexed(job)) {
            status.completedIndexes(JobPlan.ranges(JobPlan.doneIndexes(pods)));
        }
        if (job.status().startTime().isEmpty() && !job.spec().suspend()) {
            status.startTime(now);
        }
        List<JobCondition> conditions = new ArrayList<>(job.status().conditions());
        suspension(job, now)
                .ifPresent(c -> {
                    conditions.removeIf(old -> old.type().equals("Suspended"));
                    conditions.add(c);
                });
        plan.end()
                .ifPresent(end -> {
                    conditions.add(ended(end, now));
                    if (end.complete()) {
                        status.completionTime(now);
                    }
                });
        JobStatus wanted =
                conditions.isEmpty() ? status.build() : status.conditions(conditions).build();
        if (!wanted.equals(job.status())) {
            owned.updateStatus(job.toBuilder().status(wanted).build());
            plan.end().ifPresent(end -> tell(job, end));
        }
    }

    /** The condition that says that a job was suspended, or goes on, where that has changed. */
    private static Optional<JobCondition> suspension(Job job, Instant now) {
        boolean was = JobPlan.isTrue(job, "Suspended");
        if (was == job.spec().suspend()) {
            return Optional.empty();
        }
        return Optional.of(
                condition(
                        "Suspended",
                        was ? "False" : "True",
                        was ? "JobResumed" : "JobSuspended",
                        was ? "Job resumed" : "Job suspended",
                        now));
    }

    private static JobCondition ended(JobPlan.End end, Instant now) {
        return condition(
                end.complete() ? "Complete" : "Failed", "True", end.reason(), end.message(), now);
    }

    private static JobCondition condition(
            String type, String status, String reason, String message, Instant now) {
        return JobCondition.builder()
                .type(type)
                .status(status)
                .reason(reason)
                .message(message)
                .lastProbeTime(now)
                .lastTransitionTime(now)
                .build();
    }

    private void tell(Job job, JobPlan.End end) {
        events.record(
                job,
                end.complete() ? EventType.NORMAL : EventType.WARNING,
                end.complete() ? "Completed" : end.reason(),
                end.complete() ? "Job completed" : end.message());
    }
}
