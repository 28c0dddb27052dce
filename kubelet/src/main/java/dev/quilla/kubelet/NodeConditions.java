package dev.quilla.kubelet;

import dev.quilla.model.core.v1.NodeCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a kubelet says of its node's health. Pure. The time of the last report is part of it, which
 * is moved on only now and then where nothing else is new: that a node lives, its lease says.
 */
final class NodeConditions {

    /** As in Kubernetes ({@code nodeStatusReportFrequency}). */
    private static final Duration REPORT_EVERY = Duration.ofMinutes(5);

    private NodeConditions() {}

    /**
     * The conditions to report now; equal to those before where no report is due.
     *
     * @param problem why the node can't run pods; empty while it can
     */
    static List<NodeCondition> of(
            List<NodeCondition> before, Optional<String> problem, Instant clock) {
        Instant now = clock.truncatedTo(ChronoUnit.SECONDS);
        List<NodeCondition> conditions = new ArrayList<>();
        conditions.add(
                of(before, "MemoryPressure", "False", "KubeletHasSufficientMemory", "", now));
        conditions.add(of(before, "DiskPressure", "False", "KubeletHasNoDiskPressure", "", now));
        conditions.add(of(before, "PIDPressure", "False", "KubeletHasSufficientPID", "", now));
        conditions.add(
                problem.map(p -> of(before, "Ready", "False", "KubeletNotReady", p, now))
                        .orElseGet(() -> of(before, "Ready", "True", "KubeletReady", "", now)));
        return conditions.equals(before) && !isDue(before, now) ? before : at(conditions, now);
    }

    /** One as it is now, last reported when it was before. */
    private static NodeCondition of(
            List<NodeCondition> before,
            String type,
            String status,
            String reason,
            String message,
            Instant now) {
        Optional<NodeCondition> known =
                before.stream().filter(c -> c.type().equals(type)).findFirst();
        NodeCondition.Builder condition =
                NodeCondition.builder()
                        .type(type)
                        .status(status)
                        .reason(reason)
                        .lastTransitionTime(
                                known.filter(c -> c.status().equals(status))
                                        .flatMap(NodeCondition::lastTransitionTime)
                                        .orElse(now));
        known.flatMap(NodeCondition::lastHeartbeatTime).ifPresent(condition::lastHeartbeatTime);
        return message.isEmpty() ? condition.build() : condition.message(message).build();
    }

    private static boolean isDue(List<NodeCondition> conditions, Instant now) {
        return conditions.stream()
                .anyMatch(c ->
                        c.lastHeartbeatTime()
                                .filter(t -> t.plus(REPORT_EVERY).isAfter(now))
                                .isEmpty());
    }

    private static List<NodeCondition> at(List<NodeCondition> conditions, Instant now) {
        return conditions.stream().map(c -> c.toBuilder().lastHeartbeatTime(now).build()).toList();
    }
}
