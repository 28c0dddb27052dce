package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.batch.v1.CronJob;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;

/** Cron jobs: defaults, and rules of the jobs that they make. */
final class CronJobKind implements KindBehaviour {

    @Override
    public Struct defaults(Struct object) {
        CronJob job = new CronJob(object);
        return job.toBuilder()
                .spec(s -> {
                    if (!job.spec().hasConcurrencyPolicy()) {
                        s.concurrencyPolicy("Allow");
                    }
                    if (!job.spec().hasSuspend()) {
                        s.suspend(false);
                    }
                    if (!job.spec().hasSuccessfulJobsHistoryLimit()) {
                        s.successfulJobsHistoryLimit(3);
                    }
                    if (!job.spec().hasFailedJobsHistoryLimit()) {
                        s.failedJobsHistoryLimit(1);
                    }
                    // A job gets its own defaults when it is made; its pods' are shown here too.
                    return s.jobTemplate(j ->
                            j.spec(t ->
                                    t.template(
                                            PodTemplates.defaults(
                                                    job.spec().jobTemplate().spec().template()))));
                })
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        return JobKind.check(
                new CronJob(object).spec().jobTemplate().spec(), "spec.jobTemplate.spec");
    }
}
