package dev.quilla.controller.workload;

import dev.quilla.controller.Pods;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.core.v1.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of its numbered pods a stateful set makes and removes next. Pure.
 *
 * @param create ordinals without a pod
 * @param delete pods that have ended, are surplus or out of date
 */
record StatefulPlan(List<Integer> create, List<Pod> delete) {

    static final String HASH = "controller-revision-hash";

    static StatefulPlan of(StatefulSet set, List<Pod> pods, String hash, Instant now) {
        return new Planner(set, pods, hash, now).plan();
    }

    /** The number in a pod's name; negative where there is none. */
    static int ordinal(StatefulSet set, Pod pod) {
        String prefix = set.name() + "-";
        if (!pod.name().startsWith(prefix)) {
            return -1;
        }
        try {
            return Integer.parseInt(pod.name().substring(prefix.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private record Planner(StatefulSet set, List<Pod> pods, String hash, Instant now) {

        /** In order, one step at a time, unless the set says that its pods need no order. */
        StatefulPlan plan() {
            boolean parallel = set.spec().podManagementPolicy().equals("Parallel");
            Map<Integer, Pod> byOrdinal = new HashMap<>();
            pods.forEach(p -> byOrdinal.put(ordinal(set, p), p));
            List<Integer> create = new ArrayList<>();
            List<Pod> delete = new ArrayList<>();
            boolean settled = true;
            int first = set.spec().ordinals().start();
            int end = first + set.spec().replicas();
            for (int i = first; i < end && (parallel || settled); i++) {
                Pod pod = byOrdinal.get(i);
                if (pod == null) {
                    create.add(i);
                } else if (Pods.isOver(pod) && !pod.metadata().hasDeletionTimestamp()) {
                    delete.add(pod);
                }
                settled &= pod != null && isAvailable(pod);
            }
            if (parallel || settled) {
                settled &= condemn(first, end, parallel, delete);
            }
            if (settled && !set.spec().updateStrategy().type().equals("OnDelete")) {
                update(end, delete);
            }
            return new StatefulPlan(create, delete);
        }

        /** Removes what is beyond the last, from the highest down; answers whether all is gone. */
        private boolean condemn(int first, int end, boolean parallel, List<Pod> delete) {
            List<Pod> surplus =
                    pods.stream()
                            .filter(p -> ordinal(set, p) < first || ordinal(set, p) >= end)
                            .sorted(Comparator.comparingInt((Pod p) -> ordinal(set, p)).reversed())
                            .toList();
            for (Pod pod : surplus) {
                if (!pod.metadata().hasDeletionTimestamp()) {
                    delete.add(pod);
                }
                if (!parallel) {
                    return false;
                }
            }
            return surplus.isEmpty();
        }

        /** Replaces the highest pod of an older template, down to the partition. */
        private void update(int end, List<Pod> delete) {
            int partition = set.spec().updateStrategy().rollingUpdate().partition();
            pods.stream()
                    .filter(p -> ordinal(set, p) >= partition && ordinal(set, p) < end)
                    .filter(p -> !hash.equals(p.metadata().labels().get(HASH)))
                    .max(Comparator.comparingInt(p -> ordinal(set, p)))
                    .ifPresent(delete::add);
        }

        private boolean isAvailable(Pod pod) {
            return Pods.isActive(pod) && Pods.isAvailable(pod, set.spec().minReadySeconds(), now);
        }
    }
}
