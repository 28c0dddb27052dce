package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.amount;
import static dev.quilla.apiserver.kinds.FieldRules.atLeast;
import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.labels;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.selector;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.PartRules.atMost;
import static dev.quilla.apiserver.kinds.PartRules.kept;
import static dev.quilla.apiserver.kinds.PartRules.keptOnceSet;
import static dev.quilla.apiserver.kinds.PartRules.notNegative;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.Struct;
import dev.quilla.model.policy.v1.PodDisruptionBudgetSpec;
import dev.quilla.model.scheduling.v1.PriorityClass;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The part of {@link KindRules} about machines, and about what keeps the cluster in order. */
final class ClusterRules {

    private static final int PRIORITY_MAX = 1_000_000_000;
    private static final Map<String, Integer> SYSTEM_PRIORITIES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.ofEntries(
                    Map.entry(
                            "nodes",
                            FieldRules.of(
                                    labels("metadata.labels"),
                                    part("spec", NodeSelectorRules::taints),
                                    text("spec.podCIDRs[]", AddressRules::cidr),
                                    atMost("spec.podCIDRs", 2),
                                    keptOnceSet(
                                            "spec.podCIDRs",
                                            "node updates may not change podCIDR except from \"\""
                                                    + " to valid"),
                                    keptOnceSet(
                                            "spec.providerID",
                                            "node updates may not change providerID except from"
                                                    + " \"\" to valid"))),
                    Map.entry(
                            "priorityclasses.scheduling.k8s.io",
                            FieldRules.of(
                                    part("", ClusterRules::priority),
                                    kept("value", "may not be changed in an update."),
                                    immutable("preemptionPolicy"))),
                    Map.entry(
                            "runtimeclasses.node.k8s.io",
                            FieldRules.of(
                                    required("handler", ""),
                                    text("handler", Names::label),
                                    notNegative("overhead.podFixed"),
                                    labels("scheduling.nodeSelector"),
                                    text("scheduling.tolerations[].key", Names::qualified),
                                    text("scheduling.tolerations[].value", Names::labelValue),
                                    immutable("handler"))),
                    Map.entry(
                            "leases.coordination.k8s.io",
                            FieldRules.of(
                                    atLeast("spec.leaseDurationSeconds", 1),
                                    atLeast("spec.leaseTransitions", 0))),
                    Map.entry(
                            "controllerrevisions.apps",
                            FieldRules.of(
                                    required("data", "data is mandatory"),
                                    atLeast("revision", 0),
                                    immutable("data"))),
                    Map.entry(
                            "poddisruptionbudgets.policy",
                            FieldRules.of(
                                    selector("spec.selector"),
                                    part("spec", ClusterRules::disruptions),
                                    amount("spec.minAvailable"),
                                    amount("spec.maxUnavailable"),
                                    text("spec.minAvailable", FormRules::notAboveAll),
                                    text("spec.maxUnavailable", FormRules::notAboveAll),
                                    oneOf(
                                            "spec.unhealthyPodEvictionPolicy",
                                            "AlwaysAllow",
                                            "IfHealthyBudget"))));

    private ClusterRules() {}

    /** The highest priorities are the cluster's own. */
    private static void priority(Struct object, String at, List<FieldError> errors) {
        PriorityClass priority = new PriorityClass(object);
        if (priority.name().startsWith("system-")) {
            Optional<Integer> value = Optional.ofNullable(SYSTEM_PRIORITIES.get(priority.name()));
            if (value.isEmpty()) {
                errors.add(
                        FieldError.forbidden(
                                "metadata.name",
                                "priority class names with 'system-' prefix are reserved for"
                                        + " system use only. error: "
                                        + priority.name()
                                        + " is not a known system priority class"));
            } else if (value.get() != priority.value() || priority.globalDefault()) {
                errors.add(
                        FieldError.forbidden(
                                "metadata.name",
                                "priority class names with 'system-' prefix are reserved for"
                                        + " system use only. error: value of "
                                        + priority.name()
                                        + " PriorityClass must be "
                                        + value.get()
                                        + ", and it can't be the default"));
            }
        } else if (priority.value() > PRIORITY_MAX) {
            errors.add(
                    FieldError.forbidden(
                            "value",
                            "maximum allowed value of a user defined priority is " + PRIORITY_MAX));
        }
    }

    private static void disruptions(Struct part, String at, List<FieldError> errors) {
        PodDisruptionBudgetSpec spec = new PodDisruptionBudgetSpec(part);
        if (spec.hasMinAvailable() && spec.hasMaxUnavailable()) {
            errors.add(
                    FieldError.invalid(
                            at, part, "minAvailable and maxUnavailable cannot be both set"));
        }
    }
}
