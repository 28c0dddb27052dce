package dev.quilla.controller.workload;

import dev.quilla.controller.Pods;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * In which order pods go when there are too many: unplaced, not running, not ready, cheap by their
 * own word, crowded on a node, ready for a short time, often restarted, young.
 */
final class LeastUseful {

    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final List<String> PHASES = List.of("Pending", "Unknown", "Running");

    private LeastUseful() {}

    /** The pods, those that go first in front. */
    static List<Pod> first(List<Pod> pods) {
        Map<String, Long> onNode =
                pods.stream()
                        .collect(
                                Collectors.groupingBy(
                                        p -> p.spec().nodeName(), Collectors.counting()));
        return pods.stream().sorted(order(onNode)).toList();
    }

    private static Comparator<Pod> order(Map<String, Long> onNode) {
        return Comparator.comparing((Pod p) -> !p.spec().nodeName().isEmpty())
                .thenComparing(p -> PHASES.indexOf(p.status().phase()))
                .thenComparing(Pods::isReady)
                .thenComparing(LeastUseful::deletionCost)
                .thenComparing(by(p -> onNode.getOrDefault(p.spec().nodeName(), 0L)))
                .thenComparing(by(LeastUseful::readySince))
                .thenComparing(by(LeastUseful::restarts))
                .thenComparing(by(p -> p.metadata().creationTimestamp().orElse(Instant.EPOCH)))
                .thenComparing(Pod::name);
    }

    private static <V extends Comparable<V>> Comparator<Pod> by(Function<Pod, V> largestFirst) {
        return Comparator.comparing(largestFirst, Comparator.reverseOrder());
    }

    private static int deletionCost(Pod pod) {
        try {
            return Integer.parseInt(pod.metadata().annotations().getOrDefault(DELETION_COST, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Instant readySince(Pod pod) {
        return pod.status().conditions().stream()
                .filter(c -> c.type().equals("Ready") && c.status().equals("True"))
                .flatMap(c -> c.lastTransitionTime().stream())
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    private static Integer restarts(Pod pod) {
        return pod.status().containerStatuses().stream()
                .mapToInt(ContainerStatus::restartCount)
                .max()
                .orElse(0);
    }
}
