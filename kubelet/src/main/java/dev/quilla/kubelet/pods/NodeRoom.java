package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.pods.PodResizing.Why;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whether a node has what its pods have come to ask for.
 *
 * @param capacity the CPU and memory of the node
 * @param pods all that are here
 */
record NodeRoom(Map<String, Quantity> capacity, Supplier<List<Pod>> pods) {

    /** What can be had more or less of, while a pod runs. */
    static final List<String> RESIZED = List.of("cpu", "memory");

    NodeRoom {
        capacity = Map.copyOf(capacity);
    }

    /** Why a pod can't get what it asks for: ever, or now. */
    Optional<Why> refuses(Pod pod) {
        return RESIZED.stream()
                .flatMap(name -> refuses(pod, name).stream())
                .reduce((a, b) -> a.reason().equals("Infeasible") ? a : b);
    }

    private Optional<Why> refuses(Pod pod, String name) {
        Quantity most = capacity.getOrDefault(name, Quantity.ZERO);
        Quantity asked = requests(pod, name);
        if (asked.compareTo(most) > 0) {
            return Optional.of(
                    new Why(
                            Why.PENDING,
                            "Infeasible",
                            "Node didn't have enough capacity: %s, requested: %s, capacity: %s"
                                    .formatted(name, asked, most)));
        }
        Quantity others =
                pods.get().stream()
                        .filter(p -> !p.uid().equals(pod.uid()))
                        .filter(p -> !List.of("Succeeded", "Failed").contains(p.status().phase()))
                        .map(p -> requests(p, name))
                        .reduce(Quantity.ZERO, Quantity::add);
        return others.add(asked).compareTo(most) <= 0
                ? Optional.empty()
                : Optional.of(
                        new Why(
                                Why.PENDING,
                                "Deferred",
                                "Node didn't have enough resource: %s, requested: %s, used: %s,"
                                                .formatted(name, asked, others)
                                        + " capacity: "
                                        + most));
    }

    private static Quantity requests(Pod pod, String name) {
        return Stream.concat(
                        pod.spec().containers().stream(),
                        pod.spec().initContainers().stream().filter(PodPlanner::isSidecar))
                .map(c -> c.resources().requests().getOrDefault(name, Quantity.ZERO))
                .reduce(Quantity.ZERO, Quantity::add);
    }
}
