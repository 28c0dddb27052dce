package dev.quilla.scheduler;

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
 * among equals, whose source is given, and but for what it remembers. Serves one try of one pod.
 */
final class SchedulingCycle {

    private final RandomGenerator random;
    private final PolicyCalls calls;
    private final ShapeMemory memory;

    /**
     * A cycle.
     *
     * @param memory what was said of pods like this one before; a new one if nothing is to count
     */
    SchedulingCycle(RandomGenerator random, PolicyCalls calls, ShapeMemory memory) {
        this.random = random;
        this.calls = calls;
        this.memory = memory;
    }

    Decision schedule(ClusterSnapshot snapshot, PodInfo pod, Profile profile) {
        ClusterSnapshot cluster = snapshot.withNominated(pod);
        Panel panel = new Panel(calls, memory, cluster, pod, profile);
        int count = cluster.table().size();
        int[] feasible = new int[count];
        int fitting = 0;
        Map<String, Integer> reasons = new TreeMap<>();
        Set<String> rejectedBy = new HashSet<>();
        List<NodeInfo> removable = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            Panel.Rejection rejection = panel.rejection(place);
            if (rejection == null) {
                feasible[fitting++] = place;
                continue;
            }
            reasons.merge(rejection.verdict().reason(), 1, Integer::sum);
            rejectedBy.add(rejection.policy());
            if (rejection.verdict().removable()) {
                removable.add(cluster.table().get(place));
            }
        }
        if (fitting > 0) {
            int best = best(panel, feasible, fitting);
            return new Decision.Bind(cluster.table().get(best).name());
        }
        var why = new Decision.Unschedulable(count, reasons, rejectedBy);
        return new Preemption(this, cluster, pod, profile).instead(why, removable);
    }

    /** Whether the pod would pass every filter on one node of a cluster that might be. */
    boolean fits(ClusterSnapshot cluster, PodInfo pod, Profile profile, NodeInfo node) {
        for (Profile.Weighted policy : profile.policies()) {
            Verdict verdict =
                    calls.ask(policy, () -> policy.policy().prepare(pod, cluster).filter(node));
            if (verdict instanceof Verdict.Rejected) {
                return false;
            }
        }
        return true;
    }

    /** The place with the highest score, or one of them by chance. */
    private int best(Panel panel, int[] feasible, int fitting) {
        if (fitting == 1) {
            return feasible[0];
        }
        int[] best = new int[fitting];
        int equals = 0;
        long highest = Long.MIN_VALUE;
        for (int i = 0; i < fitting; i++) {
            long score = panel.score(feasible[i]);
            if (score > highest) {
                equals = 0;
                highest = score;
            }
            if (score == highest) {
                best[equals++] = feasible[i];
            }
        }
        return best[random.nextInt(equals)];
    }
}
