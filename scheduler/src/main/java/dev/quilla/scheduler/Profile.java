package dev.quilla.scheduler;

import dev.quilla.plugin.SchedulingPolicy;
import java.util.List;

/**
 * The policies that place the pods of one {@code schedulerName}; immutable.
 *
 * @param name the scheduler name that pods use
 * @param policies in the order in which they are asked
 */
record Profile(String name, List<Weighted> policies) {

    /** The profile of pods that name no scheduler. */
    static final String DEFAULT = "default-scheduler";

    Profile {
        policies = List.copyOf(policies);
    }

    /**
     * A policy and how much its score counts.
     *
     * @param weight 0 lets it filter only
     */
    record Weighted(SchedulingPolicy policy, int weight) {}
}
