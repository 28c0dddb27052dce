package dev.quilla.apiserver.kinds;

import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.DeploymentSpec;
import dev.quilla.model.apps.v1.RollingUpdateDaemonSet;
import dev.quilla.model.apps.v1.StatefulSetUpdateStrategy;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;

/** How what keeps pods running goes from one template to the next. */
final class WorkloadRules {

    private WorkloadRules() {}

    /** A pod has to be able to become available before it is too late. */
    static void deadline(Struct part, String at, List<FieldError> errors) {
        DeploymentSpec spec = new DeploymentSpec(part);
        if (spec.hasProgressDeadlineSeconds()
                && spec.progressDeadlineSeconds() <= spec.minReadySeconds()) {
            errors.add(
                    FieldError.invalid(
                            at + ".progressDeadlineSeconds",
                            spec.progressDeadlineSeconds(),
                            "must be greater than minReadySeconds"));
        }
    }

    /** Either the old pod of a node goes first, or the new one comes first. */
    static void ofDaemons(Struct part, String at, List<FieldError> errors) {
        RollingUpdateDaemonSet update = new RollingUpdateDaemonSet(part);
        boolean surges = isSome(update.maxSurge());
        boolean leaves = isSome(update.maxUnavailable());
        if (surges && leaves) {
            errors.add(
                    FieldError.invalid(
                            at + ".maxSurge",
                            update.maxSurge().orElseThrow(),
                            "may not be set when maxUnavailable is non-zero"));
        } else if (!surges && !leaves) {
            errors.add(
                    FieldError.required(at + ".maxUnavailable", "cannot be 0 when maxSurge is 0"));
        }
    }

    private static boolean isSome(Optional<IntOrString> amount) {
        return amount.map(a -> !a.toString().equals("0") && !a.toString().equals("0%"))
                .orElse(false);
    }

    /** What is only done when somebody deletes a pod needs no rules. */
    static void strategy(Struct part, String at, List<FieldError> errors) {
        StatefulSetUpdateStrategy strategy = new StatefulSetUpdateStrategy(part);
        if (strategy.type().equals("OnDelete") && strategy.hasRollingUpdate()) {
            errors.add(
                    FieldError.invalid(
                            at + ".rollingUpdate",
                            strategy.rollingUpdate().struct(),
                            "only allowed for updateStrategy 'RollingUpdate'"));
        }
    }
}
