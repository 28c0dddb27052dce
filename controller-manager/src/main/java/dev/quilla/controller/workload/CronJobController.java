package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ObjectReferences;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.batch.v1.CronJob;
import dev.quilla.model.batch.v1.CronJobStatus;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.validation.TimeZones;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes jobs at the times that a schedule says. A job's name is derived from its scheduled time, so
 * that none is made twice, whoever leads. Of times that were missed, as when nobody led, only the
 * last is made up for.
 */
public final class CronJobController implements Controller {

    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private final ApiClient client;
    private final Informer<CronJob> crons;
    private final Informer<Job> jobs;
    private final EventRecorder events;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public CronJobController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.crons = informers.of(Resources.CRON_JOBS);
        this.jobs = informers.of(Resources.JOBS);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "cronjob";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(crons), Trigger.on(jobs, j -> Owners.keys(j, "CronJob")));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<CronJob> found = crons.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        CronJob cron = found.get();
        List<Job> its =
                jobs.inNamespace(key.namespace()).filter(j -> Owners.isOwnedBy(j, cron)).toList();
        Optional<CronSchedule> schedule = schedule(cron);
        if (schedule.isEmpty()) {
            return Outcome.DONE;
        }
        CronPlan plan = CronPlan.of(cron, schedule.get(), its, clock.instant());
        tell(cron, plan);
        Stream.concat(plan.forgotten().stream(), plan.replaced().stream())
                .forEach(job -> delete(cron, job));
        Optional<Job> started = plan.start().map(time -> start(cron, schedule.get(), time));
        updateStatus(cron, its, plan, started);
        return plan.nextLook().<Outcome>map(Outcome.After::new).orElse(Outcome.DONE);
    }

    private Optional<CronSchedule> schedule(CronJob cron) {
        String name = cron.spec().timeZone();
        Optional<ZoneId> zone = name.isEmpty() ? Optional.of(ZoneOffset.UTC) : TimeZones.find(name);
        if (zone.isEmpty()) {
            // Of another version's API: which zones there are changes with the years.
            events.record(cron, EventType.WARNING, "UnknownTimeZone", "invalid timeZone: " + name);
            return Optional.empty();
        }
        try {
            return Optional.of(CronSchedule.parse(cron.spec().schedule(), zone.get()));
        } catch (IllegalArgumentException e) {
            events.record(
                    cron,
                    EventType.WARNING,
                    "UnparseableSchedule",
                    "unparseable schedule: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void tell(CronJob cron, CronPlan plan) {
        if (plan.nextLook().isEmpty() && !cron.spec().suspend()) {
            events.record(
                    cron,
                    EventType.WARNING,
                    "InvalidSchedule",
                    "invalid schedule: " + cron.spec().schedule() + " : there is no such time");
        }
        plan.tooLate()
                .ifPresent(time ->
                        events.record(
                                cron,
                                EventType.WARNING,
                                "MissSchedule",
                                "Missed scheduled time to start a job: " + time));
        if (plan.waits()) {
            events.record(
                    cron,
                    EventType.NORMAL,
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy"
                            + " is Forbid");
        }
    }

    private Job start(CronJob cron, CronSchedule schedule, Instant time) {
        Map<String, String> annotations =
                new HashMap<>(cron.spec().jobTemplate().metadata().annotations());
        annotations.put(
                SCHEDULED,
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atZone(schedule.zone())));
        Job job =
                Job.builder()
                        .metadata(m ->
                                m.namespace(cron.namespace())
                                        .name(cron.name() + "-" + time.getEpochSecond() / 60)
                                        .labels(cron.spec().jobTemplate().metadata().labels())
                                        .annotations(annotations)
                                        .ownerReferences(
                                                List.of(
                                                        Owners.reference(
                                                                Resources.CRON_JOBS, cron))))
                        .spec(cron.spec().jobTemplate().spec())
                        .build();
        try {
            Job made = client.resource(Resources.JOBS).create(job);
            events.record(cron, EventType.NORMAL, "SuccessfulCreate", "Created job " + made.name());
            return made;
        } catch (ApiException e) {
            Optional<Job> before =
                    e.isConflict()
                            ? client.resource(Resources.JOBS)
                                    .find(job.key())
                                    .filter(j -> Owners.isOwnedBy(j, cron))
                            : Optional.empty();
            if (before.isPresent()) {
                return before.get();
            }
            events.record(
                    cron,
                    EventType.WARNING,
                    "FailedCreate",
                    "Error creating job: " + e.getMessage());
            throw e;
        }
    }

    private void delete(CronJob cron, Job job) {
        try {
            client.resource(Resources.JOBS)
                    .delete(
                            job.key(),
                            DeleteOptions.builder()
                                    .propagationPolicy("Background")
                                    .preconditions(p -> p.uid(job.uid()))
                                    .build());
            events.record(cron, EventType.NORMAL, "SuccessfulDelete", "Deleted job " + job.name());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    private void updateStatus(CronJob cron, List<Job> its, CronPlan plan, Optional<Job> started) {
        List<Job> active = new ArrayList<>(its);
        active.removeIf(j -> JobPlan.hasEnded(j) || plan.replaced().contains(j));
        started.filter(s -> active.stream().noneMatch(j -> j.uid().equals(s.uid())))
                .filter(s -> !JobPlan.hasEnded(s))
                .ifPresent(active::add);
        CronJobStatus.Builder status = cron.status().toBuilder();
        List<ObjectReference> references =
                active.stream()
                        .sorted(Comparator.comparing(Job::name))
                        .map(ObjectReferences::of)
                        .map(r -> r.toBuilder().clearResourceVersion().build())
                        .toList();
        if (references.isEmpty()) {
            status.clearActive();
        } else {
            status.active(references);
        }
        plan.start().ifPresent(status::lastScheduleTime);
        its.stream()
                .filter(j -> JobConditions.isTrue(j, "Complete"))
                .flatMap(j -> j.status().completionTime().stream())
                .max(Instant::compareTo)
                .filter(t -> cron.status().lastSuccessfulTime().filter(t::isBefore).isEmpty())
                .ifPresent(status::lastSuccessfulTime);
        CronJobStatus wanted = status.build();
        if (!wanted.equals(cron.status())) {
            client.resource(Resources.CRON_JOBS)
                    .updateStatus(cron.toBuilder().status(wanted).build());
            tellEnded(cron, its);
        }
    }

    private void tellEnded(CronJob cron, List<Job> its) {
        for (ObjectReference before : cron.status().active()) {
            its.stream()
                    .filter(j -> j.uid().equals(before.uid()) && JobPlan.hasEnded(j))
                    .forEach(j ->
                            events.record(
                                    cron,
                                    EventType.NORMAL,
                                    "SawCompletedJob",
                                    "Saw completed job: %s, condition: %s"
                                            .formatted(
                                                    j.name(),
                                                    JobConditions.isTrue(j, "Complete")
                                                            ? "Complete"
                                                            : "Failed")));
        }
    }
}
