package dev.quilla.model.health;

import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod is about to be removed that has done nothing wrong, as its condition {@code
 * DisruptionTarget} says: so that a job can tell such an end from a failure of its own.
 */
public enum Disruption {
    /** Its node is gone. */
    NODE_GONE("DeletionByPodGC", "PodGC: node no longer exists"),
    /** Its node has a taint that it does not tolerate, or no longer. */
    TAINT("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"),
    /** Somebody asked for its eviction. */
    EVICTION("EvictionByEvictionAPI", "Eviction API: evicting"),
    /** A more important pod needs its place. */
    PREEMPTION("PreemptionByScheduler", "preempting to accommodate a higher priority pod");

    /** The condition's type. */
    public static final String CONDITION = "DisruptionTarget";

    private final String reason;
    private final String message;

    Disruption(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    /** A pod whose status says so. */
    public Pod on(Pod pod, Instant now) {
        List<PodCondition> conditions = new ArrayList<>(pod.status().conditions());
        conditions.removeIf(c -> c.type().equals(CONDITION));
        conditions.add(condition(pod, now));
        return pod.toBuilder().status(s -> s.conditions(conditions)).build();
    }

    /**
     * The same as a strategic merge patch of the pod's status: whatever else has been reported of
     * it meanwhile stays, and another pod of its name is left alone.
     *
     * @param phase what has become of the pod; empty for nothing yet
     */
    public byte[] patch(Pod pod, Instant now, String phase) {
        Map<String, @Nullable Object> status = new LinkedHashMap<>();
        if (!phase.isEmpty()) {
            status.put("phase", phase);
        }
        status.put("conditions", List.of(JsonCodec.toTree(condition(pod, now).struct())));
        return JsonTree.write(Map.of("metadata", Map.of("uid", pod.uid()), "status", status));
    }

    private PodCondition condition(Pod pod, Instant now) {
        PodCondition.Builder condition =
                PodCondition.builder()
                        .type(CONDITION)
                        .status("True")
                        .reason(reason)
                        .message(message)
                        .lastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS));
        return (pod.metadata().hasGeneration()
                        ? condition.observedGeneration(pod.metadata().generation())
                        : condition)
                .build();
    }
}
