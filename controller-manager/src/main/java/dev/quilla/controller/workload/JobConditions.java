package dev.quilla.controller.workload;

import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobCondition;
import dev.quilla.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a job's status says of it in conditions. Its end comes in two: first that it is decided and
 * why, so that nobody decides otherwise while its pods go and are counted, then that it has come.
 * Pure.
 */
final class JobConditions {

    private static final String SUCCESS_DECIDED = "SuccessCriteriaMet";
    private static final String FAILURE_DECIDED = "FailureTarget";

    private JobConditions() {}

    static boolean isTrue(Job job, String condition) {
        return find(job.status(), condition).isPresent();
    }

    private static Optional<JobCondition> find(JobStatus status, String condition) {
        return status.conditions().stream()
                .filter(c -> c.type().equals(condition) && c.status().equals("True"))
                .findFirst();
    }

    /** The end that has been decided on. */
    static Optional<JobPlan.End> decided(Job job) {
        return find(job.status(), FAILURE_DECIDED)
                .or(() -> find(job.status(), SUCCESS_DECIDED))
                .map(c ->
                        new JobPlan.End(c.type().equals(SUCCESS_DECIDED), c.reason(), c.message()));
    }

    /** A status that says how the job is going to end. */
    static JobStatus withDecided(JobStatus status, JobPlan.End end, Instant now) {
        String type = end.complete() ? SUCCESS_DECIDED : FAILURE_DECIDED;
        return find(status, type).isPresent()
                ? status
                : with(status, condition(type, "True", end.reason(), end.message(), now));
    }

    /** A status that says that the job has ended. */
    static JobStatus withEnd(JobStatus status, JobPlan.End end, Instant now) {
        String type = end.complete() ? "Complete" : "Failed";
        JobStatus ended = with(status, condition(type, "True", end.reason(), end.message(), now));
        return end.complete() ? ended.toBuilder().completionTime(now).build() : ended;
    }

    /** A status that says whether the job is suspended, once it ever was. */
    static JobStatus withSuspension(JobStatus status, boolean suspend, Instant now) {
        boolean was = find(status, "Suspended").isPresent();
        if (was == suspend) {
            return status;
        }
        return with(
                status,
                condition(
                        "Suspended",
                        was ? "False" : "True",
                        was ? "JobResumed" : "JobSuspended",
                        was ? "Job resumed" : "Job suspended",
                        now));
    }

    private static JobStatus with(JobStatus status, JobCondition condition) {
        List<JobCondition> all =
                Stream.concat(
                                status.conditions().stream()
                                        .filter(c -> !c.type().equals(condition.type())),
                                Stream.of(condition))
                        .toList();
        return status.toBuilder().conditions(all).build();
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
}
