package dev.quilla.scheduler;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.plugin.Amounts;
import java.util.HashMap;
import java.util.Map;

/**
 * What a pod reserves. Init containers run one at a time before the others, so the pod needs the
 * larger of its largest init phase and its running phase; restartable init containers (sidecars,
 * KEP-753) go on running and count in both.
 */
final class PodRequests {

    private PodRequests() {}

    static Amounts of(Pod pod) {
        PodSpec spec = pod.spec();
        Amounts running = Amounts.NONE;
        for (Container container : spec.containers()) {
            running = running.plus(amounts(container.resources().requests()));
        }
        Amounts sidecars = Amounts.NONE;
        Amounts largestInit = Amounts.NONE;
        for (Container init : spec.initContainers()) {
            Amounts requests = amounts(init.resources().requests());
            if (init.restartPolicy().equals("Always")) {
                sidecars = sidecars.plus(requests);
                largestInit = largestInit.max(sidecars);
            } else {
                largestInit = largestInit.max(sidecars.plus(requests));
            }
        }
        Amounts total = running.plus(sidecars).max(largestInit);
        // Requests of the pod as a whole (KEP-2837) replace the sum for what they name.
        Map<String, Long> values = new HashMap<>(total.values());
        values.putAll(amounts(spec.resources().requests()).values());
        return new Amounts(values).plus(amounts(spec.overhead()));
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
