package dev.quilla.controller.workload;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.apps.v1.ReplicaSetCondition;
import dev.quilla.model.apps.v1.ReplicaSetStatus;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.core.v1.ReplicationControllerCondition;
import dev.quilla.model.core.v1.ReplicationControllerStatus;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A kind that keeps a number of pods of one template, and how it is seen as a replica set. There
 * are two: replica sets, and replication controllers, which say the same in the words of earlier
 * years.
 *
 * @param controller the name of the controller that keeps its objects
 * @param asSet what an object wants and shows; it has the object's metadata
 * @param withStatus an object with another status
 */
record ReplicaKind<T extends ApiObject>(
        String controller,
        ResourceType<T> type,
        Function<T, ReplicaSet> asSet,
        BiFunction<T, ReplicaSetStatus, T> withStatus) {

    static final ReplicaKind<ReplicaSet> SETS =
            new ReplicaKind<>(
                    "replicaset",
                    Resources.REPLICA_SETS,
                    Function.identity(),
                    (set, status) -> set.toBuilder().status(status).build());

    static final ReplicaKind<ReplicationController> CONTROLLERS =
            new ReplicaKind<>(
                    "replicationcontroller",
                    Resources.REPLICATION_CONTROLLERS,
                    ReplicaKind::asSet,
                    (controller, status) ->
                            controller.toBuilder().status(statusOf(status)).build());

    private static ReplicaSet asSet(ReplicationController controller) {
        return ReplicaSet.builder()
                .metadata(controller.metadata())
                .spec(s ->
                        s.replicas(controller.spec().replicas())
                                .minReadySeconds(controller.spec().minReadySeconds())
                                .selector(l -> l.matchLabels(controller.spec().selector()))
                                .template(controller.spec().template()))
                .status(asSetStatus(controller.status()))
                .build();
    }

    private static ReplicaSetStatus asSetStatus(ReplicationControllerStatus status) {
        ReplicaSetStatus.Builder set =
                ReplicaSetStatus.builder()
                        .replicas(status.replicas())
                        .fullyLabeledReplicas(status.fullyLabeledReplicas())
                        .readyReplicas(status.readyReplicas())
                        .availableReplicas(status.availableReplicas())
                        .observedGeneration(status.observedGeneration());
        if (status.hasConditions()) {
            set.conditions(status.conditions().stream().map(ReplicaKind::asSetCondition).toList());
        }
        return set.build();
    }

    private static ReplicaSetCondition asSetCondition(ReplicationControllerCondition condition) {
        ReplicaSetCondition.Builder set =
                ReplicaSetCondition.builder()
                        .type(condition.type())
                        .status(condition.status())
                        .reason(condition.reason())
                        .message(condition.message());
        condition.lastTransitionTime().ifPresent(set::lastTransitionTime);
        return set.build();
    }

    private static ReplicationControllerStatus statusOf(ReplicaSetStatus set) {
        ReplicationControllerStatus.Builder status =
                ReplicationControllerStatus.builder()
                        .replicas(set.replicas())
                        .fullyLabeledReplicas(set.fullyLabeledReplicas())
                        .readyReplicas(set.readyReplicas())
                        .availableReplicas(set.availableReplicas())
                        .observedGeneration(set.observedGeneration());
        if (set.hasConditions()) {
            status.conditions(set.conditions().stream().map(ReplicaKind::conditionOf).toList());
        }
        return status.build();
    }

    private static ReplicationControllerCondition conditionOf(ReplicaSetCondition set) {
        ReplicationControllerCondition.Builder condition =
                ReplicationControllerCondition.builder()
                        .type(set.type())
                        .status(set.status())
                        .reason(set.reason())
                        .message(set.message());
        set.lastTransitionTime().ifPresent(condition::lastTransitionTime);
        return condition.build();
    }
}
