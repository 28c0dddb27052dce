package dev.quilla.controller.workload;

import dev.quilla.model.batch.v1.CronJob;
import dev.quilla.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a cron job needs now. Pure.
 *
 * @param start the scheduled time of the job to be made, if one is due and may run
 * @param tooLate a scheduled time whose job was to start by a deadline that has passed
 * @param waits whether a job is due that has to wait for another to end
 * @param replaced jobs that give way to the one that starts
 * @param forgotten jobs that ended and are more than are to be kept
 * @param nextLook when to look again if nothing happens before
 */
record CronPlan(
        Optional<Instant> start,
        Optional<Instant> tooLate,
        boolean waits,
        List<Job> replaced,
        List<Job> forgotten,
        Optional<Duration> nextLook) {

    static CronPlan of(CronJob cron, CronSchedule schedule, List<Job> jobs, Instant now) {
        List<Job> forgotten = forgotten(cron, jobs);
        if (cron.spec().suspend()) {
            return new CronPlan(
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    List.of(),
                    forgotten,
                    Optional.empty());
        }
        Optional<Duration> next =
                schedule.next(now).map(t -> Duration.between(now, t).plusMillis(1));
        Optional<Instant> due = schedule.last(since(cron), now);
        boolean late = due.filter(t -> isTooLate(cron, t, now)).isPresent();
        List<Job> active = jobs.stream().filter(j -> !JobPlan.hasEnded(j)).toList();
        boolean waits =
                due.isPresent()
                        && !late
                        && cron.spec().concurrencyPolicy().equals("Forbid")
                        && !active.isEmpty();
        Optional<Instant> start = late || waits ? Optional.empty() : due;
        boolean replaces = start.isPresent() && cron.spec().concurrencyPolicy().equals("Replace");
        return new CronPlan(
                start,
                late ? due : Optional.empty(),
                waits,
                replaces ? active : List.of(),
                forgotten,
                next);
    }

    /** What was due before was started, or was not there yet. */
    private static Instant since(CronJob cron) {
        return cron.status()
                .lastScheduleTime()
                .or(() -> cron.metadata().creationTimestamp())
                .orElse(Instant.EPOCH);
    }

    private static boolean isTooLate(CronJob cron, Instant scheduled, Instant now) {
        return cron.spec().hasStartingDeadlineSeconds()
                && scheduled.plusSeconds(cron.spec().startingDeadlineSeconds()).isBefore(now);
    }

    private static List<Job> forgotten(CronJob cron, List<Job> jobs) {
        List<Job> all = new ArrayList<>();
        all.addAll(beyond(jobs, "Complete", cron.spec().successfulJobsHistoryLimit()));
        all.addAll(beyond(jobs, "Failed", cron.spec().failedJobsHistoryLimit()));
        return all;
    }

    private static List<Job> beyond(List<Job> jobs, String condition, int kept) {
        return jobs.stream()
                .filter(j -> JobConditions.isTrue(j, condition))
                .filter(j -> !j.metadata().hasDeletionTimestamp())
                .sorted(
                        Comparator.comparing(
                                        (Job j) -> j.status().startTime().orElse(Instant.EPOCH))
                                .thenComparing(Job::name)
                                .reversed())
                .skip(kept)
                .toList();
    }
}
