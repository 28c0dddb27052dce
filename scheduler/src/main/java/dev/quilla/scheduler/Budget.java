package dev.quilla.scheduler;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.selector.Selector;
import java.util.Set;

/**
 * A disruption budget as preemption sees it; immutable.
 *
 * @param allowed how many of its pods may be disturbed now
 * @param disturbed names of pods that are about to go and are counted already
 */
record Budget(ObjectKey key, Selector selector, int allowed, Set<String> disturbed) {

    Budget {
        disturbed = Set.copyOf(disturbed);
    }

    static Budget of(PodDisruptionBudget budget) {
        return new Budget(
                budget.key(),
                Selector.of(budget.spec().selector()),
                budget.status().disruptionsAllowed(),
                budget.status().disruptedPods().keySet());
    }

    /** Whether a pod's going counts against it. */
    boolean covers(Pod pod) {
        return key.namespace().equals(pod.namespace())
                && !pod.metadata().labels().isEmpty()
                && selector.matches(pod.metadata().labels())
                && !disturbed.contains(pod.name());
    }
}
