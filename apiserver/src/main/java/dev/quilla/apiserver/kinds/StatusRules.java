package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.atLeast;
import static dev.quilla.apiserver.kinds.PartRules.notAbove;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of statuses that are written by way of their subresource, by kind. */
public final class StatusRules {

    private static final FieldRules REPLICAS =
            FieldRules.of(
                    atLeast("status.observedGeneration", 0),
                    atLeast("status.replicas", 0),
                    atLeast("status.updatedReplicas", 0),
                    atLeast("status.currentReplicas", 0),
                    atLeast("status.readyReplicas", 0),
                    atLeast("status.availableReplicas", 0),
                    atLeast("status.unavailableReplicas", 0),
                    atLeast("status.fullyLabeledReplicas", 0),
                    notAbove("status.updatedReplicas", "status.replicas"),
                    notAbove("status.fullyLabeledReplicas", "status.replicas"),
                    notAbove("status.readyReplicas", "status.replicas"),
                    notAbove("status.availableReplicas", "status.replicas"),
                    notAbove("status.availableReplicas", "status.readyReplicas"));

    private static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "deployments.apps",
                    REPLICAS,
                    "replicasets.apps",
                    REPLICAS,
                    "statefulsets.apps",
                    REPLICAS,
                    "replicationcontrollers",
                    REPLICAS,
                    "daemonsets.apps",
                    FieldRules.of(
                            atLeast("status.observedGeneration", 0),
                            atLeast("status.currentNumberScheduled", 0),
                            atLeast("status.numberMisscheduled", 0),
                            atLeast("status.desiredNumberScheduled", 0),
                            atLeast("status.numberReady", 0),
                            atLeast("status.updatedNumberScheduled", 0),
                            atLeast("status.numberAvailable", 0),
                            atLeast("status.numberUnavailable", 0)),
                    "jobs.batch",
                    FieldRules.of(
                            atLeast("status.active", 0),
                            atLeast("status.succeeded", 0),
                            atLeast("status.failed", 0),
                            atLeast("status.ready", 0),
                            atLeast("status.terminating", 0)),
                    "horizontalpodautoscalers.autoscaling",
                    FieldRules.of(
                            atLeast("status.currentReplicas", 0),
                            atLeast("status.desiredReplicas", 0)),
                    "poddisruptionbudgets.policy",
                    FieldRules.of(
                            atLeast("status.disruptionsAllowed", 0),
                            atLeast("status.currentHealthy", 0),
                            atLeast("status.desiredHealthy", 0),
                            atLeast("status.expectedPods", 0)));

    private StatusRules() {}

    /** What is wrong with a status, as far as its fields go. */
    public static List<FieldError> check(GroupResource resource, Struct object, Struct before) {
        List<FieldError> errors =
                new ArrayList<>(
                        BY_RESOURCE
                                .getOrDefault(resource.toString(), FieldRules.NONE)
                                .check(object, Optional.of(before)));
        errors.addAll(BalancerRules.check(resource, object, before));
        return errors;
    }
}
