package dev.quilla.apiserver.kinds;

import dev.quilla.model.core.v1.Affinity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.NodeSelectorTerm;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What of a pod may change once it is there. */
final class PodUpdateRules {

    static final String FIXED =
            "pod updates may not change fields other than"
                    + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                    + " (only additions to existing"
                    + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
                    + " if it was previously negative)";

    private final PodSpec old;
    private final PodSpec now;
    private final List<FieldError> errors = new ArrayList<>();

    private PodUpdateRules(PodSpec old, PodSpec now) {
        this.old = old;
        this.now = now;
    }

    static List<FieldError> check(PodSpec old, PodSpec now) {
        PodUpdateRules rules = new PodUpdateRules(old, now);
        rules.check();
        return rules.errors;
    }

    private void check() {
        deadline();
        tolerations();
        gates();
        if (!fixed(old).equals(fixed(now))) {
            errors.add(FieldError.forbidden("spec", FIXED));
        }
    }

    /** A deadline comes nearer, never goes. */
    private void deadline() {
        if (!old.hasActiveDeadlineSeconds()) {
            return;
        }
        String at = "spec.activeDeadlineSeconds";
        if (!now.hasActiveDeadlineSeconds()) {
            errors.add(
                    FieldError.invalid(
                            at, "null", "must not update from a positive integer to nil value"));
        } else if (now.activeDeadlineSeconds() > old.activeDeadlineSeconds()) {
            errors.add(
                    FieldError.invalid(
                            at,
                            now.activeDeadlineSeconds(),
                            "must be less than or equal to previous value"));
        }
    }

    private void tolerations() {
        List<Toleration> kept =
                now.tolerations().stream().map(PodUpdateRules::withoutTime).toList();
        boolean all =
                old.tolerations().stream()
                        .map(PodUpdateRules::withoutTime)
                        .allMatch(kept::contains);
        if (!all) {
            errors.add(
                    FieldError.forbidden(
                            "spec.tolerations",
                            "existing toleration can not be modified except its tolerationSeconds"));
        }
    }

    private static Toleration withoutTime(Toleration toleration) {
        return toleration.toBuilder().clearTolerationSeconds().build();
    }

    private void gates() {
        List<String> before = old.schedulingGates().stream().map(g -> g.name()).toList();
        now.schedulingGates().stream()
                .map(gate -> gate.name())
                .filter(gate -> !before.contains(gate))
                .forEach(gate ->
                        errors.add(
                                FieldError.forbidden(
                                        "spec.schedulingGates",
                                        "only deletion is allowed, but found new scheduling gate '"
                                                + gate
                                                + "'")));
    }

    private PodSpec fixed(PodSpec spec) {
        PodSpec.Builder fixed =
                spec.toBuilder()
                        .containers(spec.containers().stream().map(PodUpdateRules::bare).toList())
                        .initContainers(
                                spec.initContainers().stream().map(PodUpdateRules::bare).toList())
                        .clearActiveDeadlineSeconds()
                        .clearTolerations()
                        .clearSchedulingGates()
                        .clearEphemeralContainers();
        if (old.terminationGracePeriodSeconds() < 0 && now.terminationGracePeriodSeconds() == 1) {
            fixed.clearTerminationGracePeriodSeconds();
        }
        if (!old.schedulingGates().isEmpty()) {
            narrowed(spec, fixed);
        }
        return fixed.build();
    }

    /** A pod that nobody may place yet may say more of where it may be placed. */
    private void narrowed(PodSpec spec, PodSpec.Builder fixed) {
        if (contains(now.nodeSelector(), old.nodeSelector())) {
            fixed.clearNodeSelector();
        }
        if (narrows(terms(old), terms(now))) {
            Affinity rest = spec.affinity().toBuilder().clearNodeAffinity().build();
            if (rest.struct().isEmpty()) {
                fixed.clearAffinity();
            } else {
                fixed.affinity(rest);
            }
        }
    }

    private static List<NodeSelectorTerm> terms(PodSpec spec) {
        return spec.affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms();
    }

    /** Each way of choosing nodes stays, and may ask for more. */
    private static boolean narrows(List<NodeSelectorTerm> old, List<NodeSelectorTerm> now) {
        return old.isEmpty()
                || (old.size() == now.size()
                        && IntStream.range(0, old.size())
                                .allMatch(i -> narrows(old.get(i), now.get(i))));
    }

    private static boolean narrows(NodeSelectorTerm old, NodeSelectorTerm now) {
        return now.matchExpressions().containsAll(old.matchExpressions())
                && now.matchFields().containsAll(old.matchFields());
    }

    private static boolean contains(Map<String, String> all, Map<String, String> some) {
        return all.entrySet().containsAll(some.entrySet());
    }

    private static Container bare(Container container) {
        return container.toBuilder().clearImage().build();
    }
}
