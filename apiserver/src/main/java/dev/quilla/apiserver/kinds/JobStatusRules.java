package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobSpec;
import dev.quilla.model.batch.v1.JobStatus;
import dev.quilla.model.batch.v1.UncountedTerminatedPods;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What may be said of a job's state, by whatever controller. What has been wrong before keeps
 * nobody from saying the rest: rules hold for what changes.
 */
final class JobStatusRules {

    private static final String COMPLETE = "Complete";
    private static final String FAILED = "Failed";
    private static final String FAILING = "FailureTarget";
    private static final String SUCCEEDING = "SuccessCriteriaMet";
    private static final String CONDITIONS = "status.conditions";
    private static final String COMPLETED = "status.completedIndexes";
    private static final String FAILED_INDEXES = "status.failedIndexes";

    private final JobSpec spec;
    private final Job job;
    private final Job old;
    private final JobStatus now;
    private final JobStatus was;
    private final List<FieldError> errors = new ArrayList<>();

    private JobStatusRules(Job job, Job old) {
        this.spec = job.spec();
        this.job = job;
        this.old = old;
        this.now = job.status();
        this.was = old.status();
    }

    static List<FieldError> check(Struct object, Struct before) {
        JobStatusRules rules = new JobStatusRules(new Job(object), new Job(before));
        rules.uncounted();
        rules.conditions();
        rules.times();
        rules.pods();
        rules.indexes();
        rules.steps();
        return rules.errors;
    }

    private static boolean is(Job job, String condition) {
        return job.status().conditions().stream()
                .anyMatch(c -> c.type().equals(condition) && c.status().equals("True"));
    }

    private static boolean isOver(Job job) {
        return is(job, COMPLETE) || is(job, FAILED);
    }

    private boolean turns(String condition) {
        return is(job, condition) != is(old, condition);
    }

    private boolean ends() {
        return isOver(job) != isOver(old);
    }

    /** Pods that are noted and not counted yet, each once. */
    private void uncounted() {
        UncountedTerminatedPods pods = now.uncountedTerminatedPods();
        Set<String> seen = new HashSet<>();
        once(pods.succeeded(), "status.uncountedTerminatedPods.succeeded", seen);
        once(pods.failed(), "status.uncountedTerminatedPods.failed", seen);
        boolean changed = !pods.equals(was.uncountedTerminatedPods());
        boolean any = !pods.succeeded().isEmpty() || !pods.failed().isEmpty();
        if ((ends() || changed) && isOver(job) && any) {
            errors.add(
                    FieldError.invalid(
                            "status.uncountedTerminatedPods",
                            pods.struct(),
                            "must be empty for finished job"));
        }
    }

    private void once(List<String> uids, String at, Set<String> seen) {
        for (int i = 0; i < uids.size(); i++) {
            String place = at + "[" + i + "]";
            if (uids.get(i).isEmpty()) {
                errors.add(FieldError.invalid(place, "", "must not be empty"));
            } else if (!seen.add(uids.get(i))) {
                errors.add(FieldError.duplicate(place, uids.get(i)));
            }
        }
    }

    private void conditions() {
        boolean complete = is(job, COMPLETE);
        boolean failed = is(job, FAILED);
        boolean succeeding = is(job, SUCCEEDING);
        if ((turns(COMPLETE) || turns(FAILED)) && complete && failed) {
            wrong("cannot set Complete=True and Failed=true conditions");
        }
        if ((turns(COMPLETE) || turns(FAILING)) && complete && is(job, FAILING)) {
            wrong("cannot set Complete=True and FailureTarget=true conditions");
        }
        boolean otherIndexes = !now.failedIndexes().equals(was.failedIndexes());
        if ((turns(FAILED) || otherIndexes) && failed && !is(job, FAILING)) {
            wrong("cannot set Failed=True condition without the FailureTarget=true condition");
        }
        if ((turns(COMPLETE) || turns(SUCCEEDING)) && complete && !succeeding) {
            wrong(
                    "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        }
        if (succeeding && failed) {
            wrong("cannot set SuccessCriteriaMet=True and Failed=true conditions");
        }
        if (succeeding && is(job, FAILING)) {
            wrong("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        }
        if (spec.hasSuccessPolicy() && !succeeding && complete) {
            wrong(
                    "cannot set Complete=True for Job with SuccessPolicy unless"
                            + " SuccessCriteriaMet=True");
        }
    }

    private void wrong(String detail) {
        errors.add(FieldError.invalid(CONDITIONS, detail));
    }

    private void times() {
        boolean starts = !now.startTime().equals(was.startTime());
        boolean completes = !now.completionTime().equals(was.completionTime());
        String completion = "status.completionTime";
        if ((turns(COMPLETE) || completes) && now.hasCompletionTime() && !is(job, COMPLETE)) {
            errors.add(
                    FieldError.invalid(
                            completion,
                            text(now.completionTime()),
                            "cannot set completionTime when there is no Complete=True condition"));
        }
        if ((turns(COMPLETE) || completes) && !now.hasCompletionTime() && is(job, COMPLETE)) {
            errors.add(
                    FieldError.required(
                            completion, "completionTime is required for Complete jobs"));
        }
        boolean backwards =
                now.completionTime()
                        .filter(end -> now.startTime().filter(end::isBefore).isPresent())
                        .isPresent();
        if ((starts || completes) && backwards) {
            errors.add(
                    FieldError.invalid(
                            completion,
                            text(now.completionTime()),
                            "must be equal to or after `startTime`"));
        }
        boolean nothingToDo = spec.suspend() && spec.hasCompletions() && spec.completions() == 0;
        if ((ends() || starts) && !nothingToDo && !now.hasStartTime() && isOver(job)) {
            errors.add(
                    FieldError.required(
                            "status.startTime", "startTime is required for finished job"));
        }
        if (completes && now.hasCompletionTime() && was.hasCompletionTime()) {
            errors.add(
                    FieldError.invalid(
                            completion, text(now.completionTime()), "field is immutable"));
        }
        boolean resumes = is(old, "Suspended") && isNot(job, "Suspended");
        if (starts && was.hasStartTime() && !spec.suspend() && !resumes) {
            errors.add(
                    FieldError.invalid(
                            "status.startTime",
                            text(now.startTime()),
                            "field is immutable for unsuspended job once set"));
        }
    }

    private static boolean isNot(Job job, String condition) {
        return job.status().conditions().stream()
                .anyMatch(c -> c.type().equals(condition) && c.status().equals("False"));
    }

    private static String text(Optional<?> time) {
        return time.map(Object::toString).orElse("null");
    }

    private void pods() {
        boolean over = isOver(job);
        boolean otherActive = now.active() != was.active();
        boolean otherReady = now.hasReady() != was.hasReady() || now.ready() != was.ready();
        boolean otherEnding =
                now.hasTerminating() != was.hasTerminating()
                        || now.terminating() != was.terminating();
        if ((ends() || otherActive) && over && now.active() > 0) {
            errors.add(
                    FieldError.invalid(
                            "status.active", now.active(), "active>0 is invalid for finished job"));
        }
        if ((ends() || otherEnding) && over && now.terminating() > 0) {
            errors.add(
                    FieldError.invalid(
                            "status.terminating",
                            now.terminating(),
                            "terminating>0 is invalid for finished job"));
        }
        if ((otherReady || otherActive) && now.ready() > now.active()) {
            errors.add(
                    FieldError.invalid(
                            "status.ready", now.ready(), "cannot set more ready pods than active"));
        }
    }

    private void indexes() {
        boolean completed = !now.completedIndexes().equals(was.completedIndexes());
        boolean failed =
                now.hasFailedIndexes() != was.hasFailedIndexes()
                        || !now.failedIndexes().equals(was.failedIndexes());
        boolean indexed = spec.completionMode().equals("Indexed");
        if (completed && !now.completedIndexes().isEmpty() && !indexed) {
            errors.add(
                    FieldError.invalid(
                            COMPLETED,
                            now.completedIndexes(),
                            "cannot set non-empty completedIndexes when non-indexed completion"
                                    + " mode"));
        }
        if (failed && now.hasFailedIndexes() && !spec.hasBackoffLimitPerIndex()) {
            errors.add(
                    FieldError.invalid(
                            FAILED_INDEXES,
                            now.failedIndexes(),
                            "cannot set non-null failedIndexes when backoffLimitPerIndex is null"));
        }
        if (!spec.hasCompletions()) {
            return;
        }
        IndexText done = IndexText.read(now.completedIndexes(), spec.completions());
        IndexText lost = IndexText.read(now.failedIndexes(), spec.completions());
        if (completed) {
            done.problem().ifPresent(p -> unreadable(COMPLETED, now.completedIndexes(), p));
        }
        if (failed && spec.hasBackoffLimitPerIndex()) {
            lost.problem().ifPresent(p -> unreadable(FAILED_INDEXES, now.failedIndexes(), p));
        }
        if ((completed || failed) && now.hasFailedIndexes()) {
            done.common(lost)
                    .ifPresent(index ->
                            errors.add(
                                    FieldError.invalid(
                                            FAILED_INDEXES,
                                            now.failedIndexes(),
                                            "failedIndexes and completedIndexes overlap at index: "
                                                    + index)));
        }
    }

    private void unreadable(String at, String value, String problem) {
        String field = at.substring(at.lastIndexOf('.') + 1);
        errors.add(FieldError.invalid(at, value, "error parsing " + field + ": " + problem));
    }

    /** What can't be taken back. */
    private void steps() {
        for (String last : List.of(FAILED, COMPLETE, FAILING)) {
            if (is(old, last) && !is(job, last)) {
                wrong("cannot disable the terminal " + last + "=True condition");
            }
        }
        if (now.failed() < was.failed()) {
            errors.add(
                    FieldError.invalid(
                            "status.failed", now.failed(), "cannot decrease the failed counter"));
        }
        boolean scaled =
                spec.completionMode().equals("Indexed")
                        && spec.hasCompletions()
                        && spec.completions() == spec.parallelism();
        if (!scaled && now.succeeded() < was.succeeded()) {
            errors.add(
                    FieldError.invalid(
                            "status.succeeded",
                            now.succeeded(),
                            "cannot decrease the succeeded counter"));
        }
        if (is(old, SUCCEEDING) && !is(job, SUCCEEDING)) {
            wrong("cannot disable the SuccessCriteriaMet=True condition");
        }
        if (is(old, COMPLETE) && !is(old, SUCCEEDING) && is(job, SUCCEEDING)) {
            wrong(
                    "cannot set SuccessCriteriaMet=True for Job already has Complete=true"
                            + " conditions");
        }
    }
}
