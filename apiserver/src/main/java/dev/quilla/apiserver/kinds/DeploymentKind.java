package dev.quilla.apiserver.kinds;

import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Deployments. */
final class DeploymentKind extends WorkloadKind {

    private static final IntOrString QUARTER = IntOrString.of("25%");

    @Override
    LabelSelector selector(Struct object) {
        return new Deployment(object).spec().selector();
    }

    @Override
    PodTemplateSpec template(Struct object) {
        return new Deployment(object).spec().template();
    }

    @Override
    String podsOwner() {
        return "ReplicaSet";
    }

    @Override
    public Struct defaults(Struct object) {
        Deployment d = new Deployment(object);
        return d.toBuilder()
                .spec(s -> {
                    if (!d.spec().hasReplicas()) {
                        s.replicas(1);
                    }
                    if (!d.spec().hasRevisionHistoryLimit()) {
                        s.revisionHistoryLimit(HISTORY);
                    }
                    if (!d.spec().hasProgressDeadlineSeconds()) {
                        s.progressDeadlineSeconds(600);
                    }
                    return s.template(PodTemplates.defaults(d.spec().template()))
                            .strategy(y -> {
                                var strategy = d.spec().strategy();
                                if (!strategy.hasType()) {
                                    y.type("RollingUpdate");
                                }
                                if (strategy.type().equals("Recreate")) {
                                    return y;
                                }
                                var rolling = strategy.rollingUpdate();
                                return y.rollingUpdate(r ->
                                        r.maxUnavailable(rolling.maxUnavailable().orElse(QUARTER))
                                                .maxSurge(rolling.maxSurge().orElse(QUARTER)));
                            });
                })
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<FieldError> errors = new ArrayList<>(super.validate(object, before));
        var strategy = new Deployment(object).spec().strategy();
        if (strategy.type().equals("Recreate") && strategy.hasRollingUpdate()) {
            errors.add(
                    FieldError.forbidden(
                            "spec.strategy.rollingUpdate",
                            "may not be specified when strategy `type` is 'Recreate'"));
        }
        var rolling = strategy.rollingUpdate();
        boolean none =
                strategy.hasRollingUpdate()
                        && isZero(rolling.maxUnavailable())
                        && isZero(rolling.maxSurge());
        if (none) {
            errors.add(
                    FieldError.invalid(
                            "spec.strategy.rollingUpdate.maxUnavailable",
                            0,
                            "may not be 0 when `maxSurge` is 0"));
        }
        return errors;
    }

    private static boolean isZero(Optional<IntOrString> amount) {
        return amount.map(a -> a.toString().equals("0") || a.toString().equals("0%")).orElse(false);
    }
}
