package dev.quilla.controller.workload;

import dev.quilla.controller.Pods;
import dev.quilla.model.IntOrString;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How many of a budget's pods may be disturbed now. Pure.
 *
 * @param expected how many pods there should be
 * @param desired how many have to be healthy
 * @param healthy how many are, and are not about to go
 * @param disturbed pods whose eviction was allowed and has not shown yet, and since when
 * @param nextLook when one of those no longer counts, if nothing happens before
 */
record DisruptionPlan(
        int expected,
        int desired,
        int healthy,
        Map<String, Instant> disturbed,
        Optional<Duration> nextLook) {

    /** An eviction that has not shown in this time will not. */
    private static final Duration EVICTION_MAX = Duration.ofMinutes(2);

    /**
     * Computes the plan.
     *
     * @param pods those that the budget's selector chooses
     * @param scale how many pods there should be in all, by their owners
     */
    static DisruptionPlan of(PodDisruptionBudget budget, List<Pod> pods, int scale, Instant now) {
        Map<String, Pod> live =
                pods.stream()
                        .filter(Pods::isActive)
                        .collect(Collectors.toMap(Pod::name, Function.identity()));
        Map<String, Instant> disturbed = new TreeMap<>(budget.status().disruptedPods());
        disturbed
                .entrySet()
                .removeIf(e ->
                        !live.containsKey(e.getKey())
                                || !e.getValue().plus(EVICTION_MAX).isAfter(now));
        int healthy =
                (int)
                        live.values().stream()
                                .filter(Pods::isReady)
                                .filter(p -> !disturbed.containsKey(p.name()))
                                .count();
        Optional<Duration> next =
                disturbed.values().stream()
                        .min(Instant::compareTo)
                        .map(t -> Duration.between(now, t.plus(EVICTION_MAX)));
        boolean counted =
                budget.spec().minAvailable().filter(m -> m.asInt().isPresent()).isPresent();
        int expected = counted ? pods.size() : scale;
        return new DisruptionPlan(expected, desired(budget, expected), healthy, disturbed, next);
    }

    /** Whether how many pods there should be has to be asked of their owners. */
    static boolean needsScale(PodDisruptionBudget budget) {
        return budget.spec().minAvailable().filter(m -> m.asInt().isPresent()).isEmpty();
    }

    private static int desired(PodDisruptionBudget budget, int expected) {
        Optional<IntOrString> most = budget.spec().maxUnavailable();
        if (most.isPresent()) {
            return Math.max(0, expected - most.get().scaled(expected, true));
        }
        return budget.spec().minAvailable().map(m -> m.scaled(expected, true)).orElse(0);
    }

    /** How many pods may be evicted. */
    int allowed() {
        return expected == 0 ? 0 : Math.max(0, healthy - desired);
    }
}
