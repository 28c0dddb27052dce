package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.batch.v1.CronJob;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobSpec;
import dev.quilla.model.batch.v1.JobTemplateSpec;
import dev.quilla.model.batch.v1.PodFailurePolicy;
import dev.quilla.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import dev.quilla.model.batch.v1.PodFailurePolicyRule;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs, and the templates of them in cron jobs. */
final class JobKinds {

    private static final String PREFIX = "batch.kubernetes.io/";

    private JobKinds() {}

    private static JobSpec defaults(JobSpec spec) {
        JobSpec.Builder b = templateDefaults(spec).toBuilder();
        if (!spec.hasCompletions() && !spec.hasParallelism()) {
            b.completions(1);
        }
        if (!spec.hasParallelism()) {
            b.parallelism(1);
        }
        if (!spec.hasBackoffLimit()) {
            b.backoffLimit(spec.hasBackoffLimitPerIndex() ? Integer.MAX_VALUE : 6);
        }
        if (!spec.hasCompletionMode()) {
            b.completionMode("NonIndexed");
        }
        if (!spec.hasSuspend()) {
            b.suspend(false);
        }
        if (!spec.hasPodReplacementPolicy()) {
            b.podReplacementPolicy(spec.hasPodFailurePolicy() ? "Failed" : "TerminatingOrFailed");
        }
        return b.build();
    }

    /** A condition that a rule asks for is true, unless it says what it is. */
    private static PodFailurePolicy defaults(PodFailurePolicy policy) {
        return policy.toBuilder()
                .rules(policy.rules().stream().map(JobKinds::defaults).toList())
                .build();
    }

    private static PodFailurePolicyRule defaults(PodFailurePolicyRule rule) {
        return rule.onPodConditions().isEmpty()
                ? rule
                : rule.toBuilder()
                        .onPodConditions(
                                rule.onPodConditions().stream().map(JobKinds::defaults).toList())
                        .build();
    }

    private static PodFailurePolicyOnPodConditionsPattern defaults(
            PodFailurePolicyOnPodConditionsPattern pattern) {
        return pattern.status().isEmpty() ? pattern.toBuilder().status("True").build() : pattern;
    }

    private static List<FieldError> check(JobSpec spec, String path) {
        List<FieldError> errors =
                new ArrayList<>(KindRules.JOB_SPEC.check(spec.struct(), Optional.empty(), path));
        String restart = spec.template().spec().restartPolicy();
        if (!restart.equals("Never") && !restart.equals("OnFailure")) {
            errors.add(
                    FieldError.required(
                            path + ".template.spec.restartPolicy",
                            "valid values: \"OnFailure\", \"Never\""));
        }
        errors.addAll(JobRules.check(spec, path));
        errors.addAll(PodRules.check(spec.template(), path + ".template"));
        return errors;
    }

    /** A job chooses its pods by its own uid, unless its maker insists on another way. */
    static final class OfJob implements KindBehaviour {

        @Override
        public Struct defaults(Struct object) {
            Job job = new Job(object);
            return job.toBuilder()
                    .metadata(m -> labelled(job, m))
                    .spec(own(JobKinds.defaults(job.spec())))
                    .build()
                    .struct();
        }

        private static JobSpec own(JobSpec spec) {
            return spec.hasManualSelector() ? spec : spec.toBuilder().manualSelector(false).build();
        }

        /** A job without labels has those of its pods. */
        private static ObjectMeta.Builder labelled(Job job, ObjectMeta.Builder metadata) {
            Map<String, String> labels = job.spec().template().metadata().labels();
            return job.metadata().labels().isEmpty() && !labels.isEmpty()
                    ? metadata.labels(labels)
                    : metadata;
        }

        @Override
        public Struct beforeCreate(Struct object) {
            Job job = new Job(object);
            if (job.spec().manualSelector()) {
                return object;
            }
            Map<String, String> labels = new HashMap<>(job.spec().template().metadata().labels());
            for (String prefix : List.of("", PREFIX)) {
                labels.put(prefix + "job-name", job.name());
                labels.put(prefix + "controller-uid", job.uid());
            }
            Job chosen =
                    job.toBuilder()
                            .spec(s ->
                                    s.selector(l ->
                                                    l.matchLabels(
                                                            Map.of(
                                                                    PREFIX + "controller-uid",
                                                                    job.uid())))
                                            .template(t -> t.metadata(m -> m.labels(labels))))
                            .build();
            // Labels that are those of its pods stay so.
            boolean same =
                    job.metadata().labels().equals(job.spec().template().metadata().labels());
            return chosen.toBuilder().metadata(m -> same ? m.labels(labels) : m).build().struct();
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            JobSpec spec = new Job(object).spec();
            List<FieldError> errors = check(spec, "spec");
            JobRules.selector(spec, errors);
            before.map(Job::new)
                    .ifPresent(old ->
                            JobRules.changes(old.spec(), spec, old.status().active() > 0, errors));
            return errors;
        }

        @Override
        public List<FieldError> validateStatus(Struct object, Struct before) {
            return JobStatusRules.check(object, before);
        }
    }

    static final class OfCronJob implements KindBehaviour {

        @Override
        public Struct defaults(Struct object) {
            CronJob cron = new CronJob(object);
            JobTemplateSpec template = cron.spec().jobTemplate();
            return cron.toBuilder()
                    .spec(s -> {
                        if (!cron.spec().hasConcurrencyPolicy()) {
                            s.concurrencyPolicy("Allow");
                        }
                        if (!cron.spec().hasSuspend()) {
                            s.suspend(false);
                        }
                        if (!cron.spec().hasSuccessfulJobsHistoryLimit()) {
                            s.successfulJobsHistoryLimit(3);
                        }
                        if (!cron.spec().hasFailedJobsHistoryLimit()) {
                            s.failedJobsHistoryLimit(1);
                        }
                        return s.jobTemplate(
                                t -> t.spec(JobKinds.templateDefaults(template.spec())));
                    })
                    .build()
                    .struct();
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            String at = "spec.jobTemplate.spec";
            JobSpec spec = new CronJob(object).spec().jobTemplate().spec();
            List<FieldError> errors = check(spec, at);
            if (spec.manualSelector()) {
                errors.add(
                        FieldError.notSupported(
                                at + ".manualSelector", true, List.of("nil", "false")));
            }
            if (spec.hasSelector()) {
                errors.add(
                        FieldError.invalid(
                                at + ".selector",
                                spec.selector().struct(),
                                "`selector` will be auto-generated"));
            }
            return errors;
        }
    }

    /** What a job of a cron job says; it gets the rest when it is made. */
    private static JobSpec templateDefaults(JobSpec spec) {
        JobSpec.Builder b = spec.toBuilder().template(PodTemplates.defaults(spec.template()));
        return spec.hasPodFailurePolicy()
                ? b.podFailurePolicy(defaults(spec.podFailurePolicy())).build()
                : b.build();
    }
}
