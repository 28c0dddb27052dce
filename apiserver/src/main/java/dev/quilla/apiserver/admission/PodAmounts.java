package dev.quilla.apiserver.admission;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What a pod asks for as a whole: what its containers and its restarting init containers need
 * together, or what one init container needs beside those that started before it, whichever is
 * more; what is said for the pod itself stands in place of that; and the overhead of its runtime
 * class.
 */
public final class PodAmounts {

    private PodAmounts() {}

    /** What is asked for. */
    public static Map<String, Quantity> requests(PodSpec spec) {
        return sum(spec, ResourceRequirements::requests);
    }

    /** What there may be at the most. */
    public static Map<String, Quantity> limits(PodSpec spec) {
        return sum(spec, ResourceRequirements::limits);
    }

    private static Map<String, Quantity> sum(
            PodSpec spec, Function<ResourceRequirements, Map<String, Quantity>> which) {
        Map<String, Quantity> together = new HashMap<>();
        spec.containers().forEach(c -> add(together, which.apply(c.resources())));
        Map<String, Quantity> sidecars = new HashMap<>();
        Map<String, Quantity> starting = new HashMap<>();
        for (Container container : spec.initContainers()) {
            Map<String, Quantity> own = which.apply(container.resources());
            if (container.restartPolicy().equals("Always")) {
                add(together, own);
                add(sidecars, own);
                max(starting, sidecars);
            } else {
                Map<String, Quantity> beside = new HashMap<>(sidecars);
                add(beside, own);
                max(starting, beside);
            }
        }
        max(together, starting);
        together.putAll(which.apply(spec.resources()));
        add(together, spec.overhead());
        return together;
    }

    private static void add(Map<String, Quantity> sum, Map<String, Quantity> more) {
        more.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
    }

    private static void max(Map<String, Quantity> most, Map<String, Quantity> other) {
        other.forEach(
                (name, amount) -> most.merge(name, amount, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    }
}
