package dev.quilla.scheduler;

import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.SchedulingPolicy.Judge;
import dev.quilla.plugin.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * One pod, one decision: asks every policy of the profile about every node, and among the nodes
 * that all accept takes the one with the highest weighted score. Pure but for the random choice
 * among equals, whose source is given. Serves one try of one pod.
 */
final class SchedulingCycle {

    private final RandomGenerator random;
    private final PolicyCalls calls;

    SchedulingCycle(RandomGenerator random, PolicyCalls calls) {
        this.random = random;
        this.calls = calls;
    }

    Decision schedule(ClusterSnapshot snapshot, PodInfo pod, Profile profile) {
        ClusterSnapshot cluster = snapshot.withNominated(pod);
        List<Asked> asked = prepare(cluster, pod, profile);
        List<NodeInfo> feasible = new ArrayList<>();
        Map<String, Integer> reasons = new TreeMap<>();
        Set<String> rejectedBy = new HashSet<>();
        List<NodeInfo> removable = new ArrayList<>();
        for (NodeInfo node : cluster.nodesByName().values()) {
            Rejection rejection = firstRejection(asked, node);
            if (rejection == null) {
                feasible.add(node);
                continue;
            }
            reasons.merge(rejection.verdict().reason(), 1, Integer::sum);
            rejectedBy.add(rejection.policy());
            if (rejection.verdict().removable()) {
                removable.add(node);
            }
        }
        if (!feasible.isEmpty()) {
            return new Decision.Bind(best(asked, feasible).name());
        }
        var why = new Decision.Unschedulable(cluster.nodesByName().size(), reasons, rejectedBy);
        return new Preemption(this, cluster, pod, profile).instead(why, removable);
    }

    /** Whether the pod would pass every filter on one node of a cluster that might be. */
    boolean fits(ClusterSnapshot cluster, PodInfo pod, Profile profile, NodeInfo node) {
        return firstRejection(prepare(cluster, pod, profile), node) == null;
    }

    private record Asked(Profile.Weighted policy, Judge judge) {}

    private record Rejection(String policy, Verdict.Rejected verdict) {}

    private List<Asked> prepare(ClusterSnapshot cluster, PodInfo pod, Profile profile) {
        return profile.policies().stream()
                .map(p -> new Asked(p, calls.ask(p, () -> p.policy().prepare(pod, cluster))))
                .toList();
    }

    private @org.jspecify.annotations.Nullable Rejection firstRejection(
            List<Asked> asked, NodeView node) {
        for (Asked a : asked) {
            Verdict verdict = calls.ask(a.policy(), () -> a.judge().filter(node));
            if (verdict instanceof Verdict.Rejected rejected) {
                return new Rejection(a.policy().name(), rejected);
            }
        }
        return null;
    }

    private NodeInfo best(List<Asked> asked, List<NodeInfo> feasible) {
        if (feasible.size() == 1) {
            return feasible.getFirst();
        }
        List<NodeInfo> best = new ArrayList<>();
        long highest = Long.MIN_VALUE;
        for (NodeInfo node : feasible) {
            long score = asked.stream().mapToLong(a -> score(a, node)).sum();
            if (score > highest) {
                best.clear();
                highest = score;
            }
            if (score == highest) {
                best.add(node);
            }
        }
        return best.get(random.nextInt(best.size()));
    }

    private long score(Asked asked, NodeInfo node) {
        int weight = asked.policy().weight();
        if (weight == 0) {
            return 0;
        }
        long score = calls.ask(asked.policy(), () -> asked.judge().score(node));
        return weight * Math.clamp(score, 0, SchedulingPolicy.MAX_SCORE);
    }
}
