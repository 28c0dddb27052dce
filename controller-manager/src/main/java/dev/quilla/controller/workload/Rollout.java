package dev.quilla.controller.workload;

import dev.quilla.model.IntOrString;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many replicas each replica set of a deployment should have next. Pure. */
final class Rollout {

    private Rollout() {}

    /**
     * The next step of a rolling update: no more pods than allowed, and no fewer available ones.
     *
     * @param newest the set of the current template
     * @param old the others
     * @return wanted replicas of the sets that change
     */
    static Map<ReplicaSet, Integer> rolling(
            Deployment deployment, ReplicaSet newest, List<ReplicaSet> old) {
        int wanted = deployment.spec().replicas();
        var rolling = deployment.spec().strategy().rollingUpdate();
        int surge = rolling.maxSurge().orElse(IntOrString.of(0)).scaled(wanted, true);
        int unavailable = rolling.maxUnavailable().orElse(IntOrString.of(0)).scaled(wanted, false);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1; // Two percentages that round to nothing must not stop the update.
        }
        Map<ReplicaSet, Integer> steps = new LinkedHashMap<>();
        int oldReplicas = old.stream().mapToInt(s -> s.spec().replicas()).sum();
        int current = newest.spec().replicas();
        if (current > wanted) {
            steps.put(newest, wanted);
            current = wanted;
        } else if (current < wanted) {
            int room = wanted + surge - (current + oldReplicas);
            int next = Math.min(wanted, current + Math.max(0, room));
            if (next != current) {
                steps.put(newest, next);
                current = next;
            }
        }
        scaleDown(steps, newest, old, wanted - unavailable);
        return steps;
    }

    private static void scaleDown(
            Map<ReplicaSet, Integer> steps,
            ReplicaSet newest,
            List<ReplicaSet> old,
            int availableMin) {
        int available =
                newest.status().availableReplicas()
                        + old.stream().mapToInt(s -> s.status().availableReplicas()).sum();
        List<ReplicaSet> byAge = new ArrayList<>(old);
        byAge.sort(Comparator.comparing(s -> s.metadata().creationTimestamp().orElseThrow()));
        int spare = available - availableMin;
        for (ReplicaSet set : byAge) {
            int replicas = set.spec().replicas();
            // Pods that are not available serve nobody, so they can go whatever the limit.
            int useless = Math.max(0, replicas - set.status().availableReplicas());
            int takesAway = Math.min(replicas - useless, Math.max(0, spare));
            int next = replicas - useless - takesAway;
            spare -= takesAway;
            if (next != replicas) {
                steps.put(set, next);
            }
        }
    }

    /** The next step of a replacement all at once: nothing new before everything old is gone. */
    static Map<ReplicaSet, Integer> recreate(
            Deployment deployment, ReplicaSet newest, List<ReplicaSet> old) {
        Map<ReplicaSet, Integer> steps = new LinkedHashMap<>();
        for (ReplicaSet set : old) {
            if (set.spec().replicas() > 0) {
                steps.put(set, 0);
            }
        }
        boolean gone =
                old.stream().allMatch(s -> s.spec().replicas() == 0 && s.status().replicas() == 0);
        if (gone && newest.spec().replicas() != deployment.spec().replicas()) {
            steps.put(newest, deployment.spec().replicas());
        }
        return steps;
    }
}
