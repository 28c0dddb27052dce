package dev.quilla.controller.node;

import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeCondition;
import dev.quilla.model.core.v1.Taint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which taints a node has because of its conditions; those that people set are left alone. Pure.
 */
final class NodeTaints {

    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String NO_SCHEDULE = "NoSchedule";
    static final String NO_EXECUTE = "NoExecute";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    /** Taint by the type of the condition that, when true, keeps new pods away. */
    private static final Map<String, String> BY_CONDITION =
            new TreeMap<>(
                    Map.of(
                            "DiskPressure", "node.kubernetes.io/disk-pressure",
                            "MemoryPressure", "node.kubernetes.io/memory-pressure",
                            "NetworkUnavailable", "node.kubernetes.io/network-unavailable",
                            "PIDPressure", "node.kubernetes.io/pid-pressure"));

    private NodeTaints() {}

    /** What a node says of itself: True, False or Unknown. */
    static String readiness(Node node) {
        return status(node, "Ready", "False");
    }

    static boolean isReady(Node node) {
        return readiness(node).equals("True");
    }

    /**
     * All taints that a node should have.
     *
     * @param evicts whether pods are to leave a node that is not ready
     */
    static List<Taint> wanted(Node node, boolean evicts, Instant now) {
        List<Taint> wanted = new ArrayList<>();
        node.spec().taints().stream().filter(t -> !isOurs(t)).forEach(wanted::add);
        if (!isReady(node)) {
            String key = readiness(node).equals("Unknown") ? UNREACHABLE : NOT_READY;
            wanted.add(taint(node, key, NO_SCHEDULE, now));
            if (evicts) {
                wanted.add(taint(node, key, NO_EXECUTE, now));
            }
        }
        BY_CONDITION.forEach((type, key) -> {
            if (status(node, type, "").equals("True")) {
                wanted.add(taint(node, key, NO_SCHEDULE, now));
            }
        });
        if (node.spec().unschedulable()) {
            wanted.add(taint(node, UNSCHEDULABLE, NO_SCHEDULE, now));
        }
        return wanted;
    }

    /** Whether pods have been told to leave because the node is not ready. */
    static boolean evicts(Node node) {
        return node.spec().taints().stream()
                .anyMatch(t -> isOurs(t) && t.effect().equals(NO_EXECUTE));
    }

    private static boolean isOurs(Taint taint) {
        return taint.key().equals(UNREACHABLE)
                || taint.key().equals(NOT_READY)
                || taint.key().equals(UNSCHEDULABLE)
                || BY_CONDITION.containsValue(taint.key());
    }

    private static String status(Node node, String type, String absent) {
        return node.status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .map(NodeCondition::status)
                .findFirst()
                .orElse(absent);
    }

    /** The taint as it is, so that the time from which it counts stays, or a new one. */
    private static Taint taint(Node node, String key, String effect, Instant now) {
        return node.spec().taints().stream()
                .filter(t -> t.key().equals(key) && t.effect().equals(effect))
                .findFirst()
                .orElseGet(() ->
                        Taint.builder()
                                .key(key)
                                .effect(effect)
                                .timeAdded(now.truncatedTo(ChronoUnit.SECONDS))
                                .build());
    }
}
