package dev.quilla.scheduler;

import dev.quilla.plugin.SchedulingPolicy;
import java.util.List;

/**
 * The policies that place the pods of one {@code schedulerName}; immutable.
 *
 * @param name the scheduler name that pods use
 * @param policies in the order in which they are asked
 * @param missing policies that it names and no plugin brings: its pods wait for them
 */
record Profile(String name, List<Weighted> policies, List<String> missing) {

    /** The profile of pods that name no scheduler. */
    static final String DEFAULT = "default-scheduler";

    Profile {
        policies = List.copyOf(policies);
        missing = List.copyOf(missing);
    }

    /** The same profile without one of its policies. */
    Profile without(Weighted policy) {
        return new Profile(
                name, policies.stream().filter(p -> !p.equals(policy)).toList(), missing);
    }

    /**
     * A policy and how much its score counts.
     *
     * @param name its name, asked for once
     * @param plugin who brings it
     * @param weight 0 lets it filter only
     * @param trust what is done when it fails
     */
    record Weighted(String name, String plugin, SchedulingPolicy policy, int weight, Trust trust) {

        @Override
        public String toString() {
            return "policy " + name + " of plugin " + plugin;
        }
    }

    /** Whose policy it is, and with that what its failure means. */
    enum Trust {
        /** Quilla's own: it does not hang; where it throws, the pod waits. */
        BUILT_IN,
        /** A plugin's that the profile names: where it fails, the pod waits. */
        NAMED,
        /** A plugin's that joined unasked: where it fails, the pod is placed without it. */
        JOINED
    }
}
