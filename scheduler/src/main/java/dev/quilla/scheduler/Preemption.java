package dev.quilla.scheduler;

import dev.quilla.plugin.PodView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a node where the pod fits once pods of lower priority have left, and for as few and as
 * unimportant of them as will do. Pure.
 */
final class Preemption {

    /** A node and who has to leave it. */
    record Plan(String node, List<PodView> victims) {

        private int highestPriority() {
            return victims.stream().mapToInt(PodView::priority).max().orElse(Integer.MIN_VALUE);
        }
    }

    private static final Comparator<Plan> LEAST_HARM =
            Comparator.comparingInt(Plan::highestPriority)
                    .thenComparingInt(p -> p.victims().size())
                    .thenComparing(Plan::node);

    private final SchedulingCycle cycle;
    private final ClusterSnapshot cluster;
    private final PodInfo pod;
    private final Profile profile;

    Preemption(SchedulingCycle cycle, ClusterSnapshot cluster, PodInfo pod, Profile profile) {
        this.cycle = cycle;
        this.cluster = cluster;
        this.pod = pod;
        this.profile = profile;
    }

    /** What is to be done with a pod that no node can take as it is. */
    Decision instead(Decision.Unschedulable why, List<NodeInfo> candidates) {
        if (pod.pod().spec().preemptionPolicy().equals("Never")) {
            return why.withPreemption("not eligible due to preemptionPolicy=Never.");
        }
        if (victimsAreLeaving()) {
            return why.withPreemption(
                    "not eligible due to a terminating pod on the nominated node.");
        }
        return candidates.stream()
                .map(this::planFor)
                .flatMap(Optional::stream)
                .min(LEAST_HARM)
                .<Decision>map(p -> new Decision.Preempt(p.node(), p.victims(), why))
                .orElseGet(() -> why.withPreemption(inVain(why.nodes(), candidates.size())));
    }

    private static String inVain(int nodes, int candidates) {
        Map<String, Integer> reasons = new HashMap<>();
        if (candidates > 0) {
            reasons.put("No preemption victims found for incoming pod", candidates);
        }
        if (candidates < nodes) {
            reasons.put("Preemption is not helpful for scheduling", nodes - candidates);
        }
        return Decision.Unschedulable.sentence(nodes, reasons);
    }

    /** Whoever was promised a node waits for it, and drives nobody else out meanwhile. */
    private boolean victimsAreLeaving() {
        NodeInfo node = cluster.nodesByName().get(cluster.nominatedNode(pod));
        return node != null
                && node.pods().stream()
                        .anyMatch(p ->
                                p.priority() < pod.priority()
                                        && p.pod().metadata().hasDeletionTimestamp());
    }

    private Optional<Plan> planFor(NodeInfo node) {
        List<PodView> lower =
                node.pods().stream()
                        .filter(p -> p.priority() < pod.priority())
                        .sorted(Comparator.comparingInt(PodView::priority).reversed())
                        .toList();
        if (lower.isEmpty()) {
            return Optional.empty();
        }
        Set<String> gone = new HashSet<>();
        lower.forEach(p -> gone.add(p.pod().uid()));
        if (!fitsWithout(node, gone)) {
            return Optional.empty();
        }
        // The most important are spared first, as long as the pod still fits.
        List<PodView> victims = new ArrayList<>();
        for (PodView candidate : lower) {
            gone.remove(candidate.pod().uid());
            if (!fitsWithout(node, gone)) {
                gone.add(candidate.pod().uid());
                victims.add(candidate);
            }
        }
        return Optional.of(new Plan(node.name(), victims));
    }

    private boolean fitsWithout(NodeInfo node, Set<String> uids) {
        NodeInfo emptier = node.without(uids);
        return cycle.fits(cluster.with(emptier), pod, profile, emptier);
    }
}
