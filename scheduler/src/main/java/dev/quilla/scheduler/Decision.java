package dev.quilla.scheduler;

import dev.quilla.plugin.PodView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
     * @param preemption why no pod of lower priority makes room, as a sentence; empty if some do
     */
    record Unschedulable(
            int nodes, Map<String, Integer> reasons, Set<String> rejectedBy, String preemption)
            implements Decision {

        public Unschedulable {
            reasons = Map.copyOf(reasons);
            rejectedBy = Set.copyOf(rejectedBy);
        }

        Unschedulable(int nodes, Map<String, Integer> reasons, Set<String> rejectedBy) {
            this(nodes, reasons, rejectedBy, "");
        }

        Unschedulable withPreemption(String sentence) {
            return new Unschedulable(nodes, reasons, rejectedBy, sentence);
        }

        /** The sentence that people know: {@code 0/2 nodes are available: 2 Insufficient cpu.} */
        String message() {
            if (nodes == 0) {
                return "no nodes available to schedule pods";
            }
            String sentence = sentence(nodes, reasons);
            return preemption.isEmpty() ? sentence : sentence + " preemption: " + preemption;
        }

        /** How many nodes are no use, and why. */
        static String sentence(int nodes, Map<String, Integer> reasons) {
            return reasons.entrySet().stream()
                    .map(r -> r.getValue() + " " + r.getKey())
                    .sorted()
                    .collect(
                            Collectors.joining(", ", "0/" + nodes + " nodes are available: ", "."));
        }
    }
}
