package dev.quilla.scheduler;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.plugin.Amounts;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a pod reserves. Init containers run one at a time before the others, so the pod needs the
 * larger of its largest init phase and its running phase; restartable init containers (sidecars,
 * KEP-753) go on running and count in both. While a pod is resized in place, a container reserves
 * the most of what it should have, what its node has set aside for it and what it has (KEP-1287);
 * what its node can never give it does not count.
 */
final class PodRequests {

    private PodRequests() {}

    static Amounts of(Pod pod) {
        PodSpec spec = pod.spec();
        Amounts running = Amounts.NONE;
        for (Container container : spec.containers()) {
            running = running.plus(lasting(pod, container));
        }
        Amounts sidecars = Amounts.NONE;
        Amounts largestInit = Amounts.NONE;
        for (Container init : spec.initContainers()) {
            if (init.restartPolicy().equals("Always")) {
                sidecars = sidecars.plus(lasting(pod, init));
                largestInit = largestInit.max(sidecars);
            } else {
                Amounts requests = amounts(init.resources().requests());
                largestInit = largestInit.max(sidecars.plus(requests));
            }
        }
        Amounts total = running.plus(sidecars).max(largestInit);
        // Requests of the pod as a whole (KEP-2837) replace the sum for what they name.
        Map<String, Long> values = new HashMap<>(total.values());
        values.putAll(amounts(spec.resources().requests()).values());
        return new Amounts(values).plus(amounts(spec.overhead()));
    }

    /** What a container reserves that runs as long as its pod. */
    private static Amounts lasting(Pod pod, Container container) {
        Amounts wanted = amounts(container.resources().requests());
        Amounts has =
                Stream.concat(
                                pod.status().containerStatuses().stream(),
                                pod.status().initContainerStatuses().stream())
                        .filter(s -> s.name().equals(container.name()))
                        .map(s ->
                                amounts(s.allocatedResources())
                                        .max(amounts(s.resources().requests())))
                        .findFirst()
                        .orElse(Amounts.NONE);
        if (has.values().isEmpty()) {
            return wanted;
        }
        return isInfeasible(pod) ? has : wanted.max(has);
    }

    private static boolean isInfeasible(Pod pod) {
        return pod.status().conditions().stream()
                .anyMatch(c ->
                        c.type().equals("PodResizePending")
                                && c.status().equals("True")
                                && c.reason().equals("Infeasible"));
    }

    static Amounts amounts(Map<String, Quantity> quantities) {
        if (quantities.isEmpty()) {
            return Amounts.NONE;
        }
        Map<String, Long> values = new HashMap<>();
        quantities.forEach((name, quantity) ->
                values.put(name, name.equals("cpu") ? quantity.milliValue() : quantity.value()));
        return new Amounts(values);
    }
}
