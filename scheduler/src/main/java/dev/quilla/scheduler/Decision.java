package dev.quilla.scheduler;

import dev.quilla.plugin.PodView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is to be done with a pod. */
sealed interface Decision {

    /** It goes to this node. */
    record Bind(String node) implements Decision {}

    /** It can go to this node once these pods have left; until then it waits. */
    record Preempt(String node, List<PodView> victims, Unschedulable why) implements Decision {
        public Preempt {
            victims = List.copyOf(victims);
        }
    }

    /**
     * Nothing can be said, since a policy that has a say failed.
     *
     * @param message which policy, and how
     */
    record Failed(String message) implements Decision {}

    /**
     * No node can take it now.
     *
     * @param nodes how many nodes there are
     * @param reasons how many nodes were rejected for each reason
     * @param rejectedBy the policies that rejected nodes: only events that they wait for can help
     */
    record Unschedulable(int nodes, Map<String, Integer> reasons, Set<String> rejectedBy)
            implements Decision {

        public Unschedulable {
            reasons = Map.copyOf(reasons);
            rejectedBy = Set.copyOf(rejectedBy);
        }

        /** The sentence that people know: {@code 0/2 nodes are available: 2 Insufficient cpu.} */
        String message() {
            if (nodes == 0) {
                return "0/0 nodes are available: no nodes are registered.";
            }
            StringBuilder text = new StringBuilder("0/" + nodes + " nodes are available: ");
            new TreeMap<>(reasons)
                    .forEach((reason, count) -> text.append(count + " " + reason + ", "));
            text.setLength(text.length() - 2);
            return text.append('.').toString();
        }
    }
}
