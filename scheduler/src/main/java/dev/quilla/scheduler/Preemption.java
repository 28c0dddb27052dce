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
import java.util.stream.Stream;

/**
 * Looks for a node where the pod fits once pods of lower priority have left, and for as few and as
 * unimportant of them as will do, and for none that a disruption budget keeps if that can be. Pure.
 */
final class Preemption {

    /**
     * A node and who has to leave it.
     *
     * @param violations how many of them a disruption budget would keep
     */
    record Plan(String node, List<PodView> victims, int violations) {

        private int highestPriority() {
            return victims.stream().mapToInt(PodView::priority).max().orElse(Integer.MIN_VALUE);
        }
    }

    private static final Comparator<Plan> LEAST_HARM =
            Comparator.comparingInt(Plan::violations)
                    .thenComparingInt(Plan::highestPriority)
                    .thenComparingInt(p -> p.victims().size())
                    .thenComparing(Plan::node);

    private static final Comparator<PodView> MOST_IMPORTANT =
            Comparator.comparingInt(PodView::priority).reversed();

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
        return cluster.table().find(cluster.nominatedNode(pod)).stream()
                .flatMap(node -> node.pods().stream())
                .anyMatch(p ->
                        p.priority() < pod.priority() && p.pod().metadata().hasDeletionTimestamp());
    }

    private Optional<Plan> planFor(NodeInfo node) {
        List<PodView> lower =
                node.pods().stream()
                        .filter(p -> p.priority() < pod.priority())
                        .sorted(MOST_IMPORTANT)
                        .toList();
        if (lower.isEmpty()) {
            return Optional.empty();
        }
        Set<String> gone = new HashSet<>();
        lower.forEach(p -> gone.add(p.pod().uid()));
        if (!fitsWithout(node, gone)) {
            return Optional.empty();
        }
        // Those that a budget keeps are spared first, then the most important, as long as the
        // pod still fits.
        Set<PodView> keptByBudgets = keptByBudgets(lower);
        List<PodView> victims = new ArrayList<>();
        int violations = 0;
        for (PodView candidate : spared(lower, keptByBudgets)) {
            gone.remove(candidate.pod().uid());
            if (!fitsWithout(node, gone)) {
                gone.add(candidate.pod().uid());
                victims.add(candidate);
                violations += keptByBudgets.contains(candidate) ? 1 : 0;
            }
        }
        victims.sort(MOST_IMPORTANT);
        return Optional.of(new Plan(node.name(), victims, violations));
    }

    private static List<PodView> spared(List<PodView> lower, Set<PodView> first) {
        return Stream.concat(
                        lower.stream().filter(first::contains),
                        lower.stream().filter(p -> !first.contains(p)))
                .toList();
    }

    /** Pods whose going would be one too many for a budget, were all of them to go. */
    private Set<PodView> keptByBudgets(List<PodView> lower) {
        Map<Budget, Integer> left = new HashMap<>();
        Set<PodView> kept = new HashSet<>();
        for (PodView candidate : lower) {
            for (Budget budget : cluster.budgets()) {
                if (budget.covers(candidate.pod())
                        && left.merge(budget, budget.allowed() - 1, (now, _) -> now - 1) < 0) {
                    kept.add(candidate);
                }
            }
        }
        return kept;
    }

    private boolean fitsWithout(NodeInfo node, Set<String> uids) {
        NodeInfo emptier = node.without(uids);
        return cycle.fits(cluster.with(emptier), pod, profile, emptier);
    }
}
