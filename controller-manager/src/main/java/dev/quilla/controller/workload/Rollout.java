package dev.quilla.controller.workload;

import dev.quilla.model.IntOrString;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many replicas each replica set of a deployment should have next. Pure.
 *
 * @param wanted how many pods the deployment wants
 * @param surge how many more there may be for a time
 * @param unavailable how many of the wanted ones may be unavailable for a time
 */
record Rollout(int wanted, int surge, int unavailable) {

    private static final Comparator<ReplicaSet> BY_AGE =
            Comparator.comparing((ReplicaSet s) -> s.metadata().creationTimestamp().orElseThrow())
                    .thenComparing(ReplicaSet::name);

    static Rollout of(Deployment deployment) {
        int wanted = deployment.spec().replicas();
        if (isRecreate(deployment)) {
            return new Rollout(wanted, 0, 0);
        }
        var rolling = deployment.spec().strategy().rollingUpdate();
        int surge = rolling.maxSurge().orElse(IntOrString.of(0)).scaled(wanted, true);
        int unavailable = rolling.maxUnavailable().orElse(IntOrString.of(0)).scaled(wanted, false);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1; // Two percentages that round to nothing must not stop the update.
        }
        return new Rollout(wanted, surge, Math.min(unavailable, wanted));
    }

    static boolean isRecreate(Deployment deployment) {
        return deployment.spec().strategy().type().equals("Recreate");
    }

    /** The most pods that there may be. */
    int most() {
        return wanted == 0 ? 0 : wanted + surge;
    }

    /** The fewest of them that must be available. */
    int availableMin() {
        return wanted - unavailable;
    }

    /**
     * The next step of a rolling update: no more pods than allowed, and no fewer available ones.
     *
     * @param newest the set of the current template
     * @param old the others
     * @return wanted replicas of the sets that change
     */
    Map<ReplicaSet, Integer> rolling(ReplicaSet newest, List<ReplicaSet> old) {
        Map<ReplicaSet, Integer> steps = new LinkedHashMap<>();
        int others = replicas(old);
        int room = Math.max(0, wanted + surge - newest.spec().replicas() - others);
        int next = Math.min(wanted, newest.spec().replicas() + room);
        put(steps, newest, next);
        int notYet = Math.max(0, next - newest.status().availableReplicas());
        int spare = next + others - availableMin() - notYet;
        if (spare > 0) {
            scaleDown(steps, newest, old, spare);
        }
        return steps;
    }

    /** Takes pods that serve nobody first, then available ones as far as enough are left. */
    private void scaleDown(
            Map<ReplicaSet, Integer> steps, ReplicaSet newest, List<ReplicaSet> old, int spare) {
        int available = newest.status().availableReplicas();
        for (ReplicaSet set : old) {
            available += set.status().availableReplicas();
        }
        int left = spare;
        Map<ReplicaSet, Integer> healthy = new LinkedHashMap<>();
        for (ReplicaSet set : old.stream().sorted(BY_AGE).toList()) {
            int replicas = set.spec().replicas();
            int useless = Math.clamp(replicas - set.status().availableReplicas(), 0, left);
            left -= useless;
            healthy.put(set, replicas - useless);
        }
        left = Math.min(left, available - availableMin());
        for (var entry : healthy.entrySet()) {
            int takes = Math.clamp(left, 0, entry.getValue());
            left -= takes;
            put(steps, entry.getKey(), entry.getValue() - takes);
        }
    }

    /**
     * The next step of a replacement all at once: nothing new before everything old is gone.
     *
     * @param oldPodsRun whether there are pods of the old sets, be they on their way out
     */
    Map<ReplicaSet, Integer> recreate(ReplicaSet newest, List<ReplicaSet> old, boolean oldPodsRun) {
        Map<ReplicaSet, Integer> steps = new LinkedHashMap<>();
        old.forEach(set -> put(steps, set, 0));
        if (steps.isEmpty() && !oldPodsRun) {
            put(steps, newest, wanted);
        }
        return steps;
    }

    /**
     * What a change of the number of replicas means while several sets have pods: each gets its
     * share of what is added or taken, so that no template gains by it.
     *
     * @param before the most pods there were allowed to be when a set was last scaled
     */
    Map<ReplicaSet, Integer> proportional(
            List<ReplicaSet> active, java.util.function.ToIntFunction<ReplicaSet> before) {
        Map<ReplicaSet, Integer> steps = new LinkedHashMap<>();
        int change = most() - replicas(active);
        int left = change;
        List<ReplicaSet> largestFirst = new ArrayList<>(active);
        largestFirst.sort(
                Comparator.comparingInt((ReplicaSet s) -> s.spec().replicas())
                        .reversed()
                        .thenComparing(change > 0 ? BY_AGE.reversed() : BY_AGE));
        Map<ReplicaSet, Integer> sizes = new LinkedHashMap<>();
        for (ReplicaSet set : largestFirst) {
            int replicas = set.spec().replicas();
            long size =
                    Math.round((double) replicas * most() / Math.max(1, before.applyAsInt(set)));
            int share = Math.toIntExact(size) - replicas;
            share = change > 0 ? Math.clamp(share, 0, left) : Math.clamp(share, left, 0);
            left -= share;
            sizes.put(set, replicas + share);
        }
        if (!largestFirst.isEmpty()) {
            int rest = left;
            sizes.computeIfPresent(
                    largestFirst.getFirst(), (set, size) -> Math.max(0, size + rest));
        }
        sizes.forEach((set, size) -> put(steps, set, size));
        return steps;
    }

    static int replicas(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(s -> s.spec().replicas()).sum();
    }

    private static void put(Map<ReplicaSet, Integer> steps, ReplicaSet set, int replicas) {
        if (set.spec().replicas() != replicas) {
            steps.put(set, replicas);
        }
    }
}
