package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs: their pods are told by the job's uid, and what they do can't be changed. */
final class JobKind implements KindBehaviour {

    private static final String CONTROLLER_UID = "batch.kubernetes.io/controller-uid";
    private static final String INDEXED = "Indexed";

    @Override
    public Struct defaults(Struct object) {
        Job job = new Job(object);
        return job.toBuilder().spec(defaults(job.spec())).build().struct();
    }

    static JobSpec defaults(JobSpec spec) {
        JobSpec.Builder b = spec.toBuilder();
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
        return b.template(PodTemplates.defaults(spec.template())).build();
    }

    @Override
    public Struct beforeCreate(Struct object) {
        Job job = new Job(object);
        if (job.spec().manualSelector()) {
            return object;
        }
        PodTemplateSpec template = job.spec().template();
        Map<String, String> labels = new HashMap<>(template.metadata().labels());
        for (String prefix : List.of("", "batch.kubernetes.io/")) {
            labels.put(prefix + "job-name", job.name());
            labels.put(prefix + "controller-uid", job.uid());
        }
        return job.toBuilder()
                .spec(s ->
                        s.selector(l -> l.matchLabels(Map.of(CONTROLLER_UID, job.uid())))
                                .template(
                                        template.toBuilder()
                                                .metadata(m -> m.labels(labels))
                                                .build()))
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        JobSpec spec = new Job(object).spec();
        List<FieldError> errors = new ArrayList<>(check(spec, "spec"));
        if (before.isPresent()) {
            JobSpec old = new Job(before.get()).spec();
            unchanged("spec.selector", old.selector().equals(spec.selector()), errors);
            unchanged("spec.template", sameTemplate(old, spec), errors);
            unchanged(
                    "spec.completionMode",
                    old.completionMode().equals(spec.completionMode()),
                    errors);
            boolean elastic =
                    spec.completionMode().equals(INDEXED)
                            && spec.completions() == spec.parallelism();
            unchanged(
                    "spec.completions",
                    elastic
                            || (old.hasCompletions() == spec.hasCompletions()
                                    && old.completions() == spec.completions()),
                    errors);
        }
        return errors;
    }

    /** Where its pods go may be changed while a job is suspended. */
    private static boolean sameTemplate(JobSpec old, JobSpec now) {
        return old.template().equals(now.template())
                || (old.suspend() && placeless(old.template()).equals(placeless(now.template())));
    }

    private static PodTemplateSpec placeless(PodTemplateSpec template) {
        return template.toBuilder()
                .metadata(m -> m.clearLabels().clearAnnotations())
                .spec(s ->
                        s.clearNodeSelector()
                                .clearAffinity()
                                .clearTolerations()
                                .clearSchedulingGates())
                .build();
    }

    private static void unchanged(String field, boolean same, List<FieldError> errors) {
        if (!same) {
            errors.add(FieldError.invalid(field, "changed", "field is immutable"));
        }
    }

    /** What is wrong with a job's specification, wherever it stands. */
    static List<FieldError> check(JobSpec spec, String at) {
        List<FieldError> errors =
                new ArrayList<>(KindRules.JOB_SPEC.check(spec.struct(), Optional.empty(), at));
        String restart = spec.template().spec().restartPolicy();
        if (!restart.equals("OnFailure") && !restart.equals("Never")) {
            errors.add(
                    FieldError.required(
                            at + ".template.spec.restartPolicy",
                            "valid values: \"OnFailure\", \"Never\""));
        }
        if (spec.completionMode().equals(INDEXED) && !spec.hasCompletions()) {
            errors.add(FieldError.required(at + ".completions", "when completion mode is Indexed"));
        }
        errors.addAll(PodRules.check(spec.template().spec(), at + ".template.spec"));
        return errors;
    }
}
