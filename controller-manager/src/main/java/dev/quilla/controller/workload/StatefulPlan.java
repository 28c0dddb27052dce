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

    static StatefulPlan of(StatefulSet set, List<Pod> pods, String revision, Instant now) {
        return new Planner(set, pods, revision, now).plan();
    }

    /** The name of the revision that a pod was made of; empty if it does not say. */
    static String revisionOf(Pod pod) {
        return pod.metadata().labels().getOrDefault(TemplateHistory.HASH, "");
    }

    /** Whether an update leaves a pod alone, so that its successors are of before the update. */
    static boolean isHeldBack(StatefulSet set, int ordinal) {
        int partition = set.spec().updateStrategy().rollingUpdate().partition();
        return ordinal < set.spec().ordinals().start() + partition;
    }

    /** Whether a set has become too small to have a pod of that number. */
    static boolean isSurplus(StatefulSet set, int ordinal) {
        int first = set.spec().ordinals().start();
        return ordinal < first || ordinal >= first + set.spec().replicas();
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

    private record Planner(StatefulSet set, List<Pod> pods, String revision, Instant now) {

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
                settled &= condemn(parallel, delete);
            }
            if ((parallel || settled) && !set.spec().updateStrategy().type().equals("OnDelete")) {
                update(end, byOrdinal, delete);
            }
            return new StatefulPlan(create, delete);
        }

        /** Removes what is beyond the last, from the highest down; answers whether all is gone. */
        private boolean condemn(boolean parallel, List<Pod> delete) {
            List<Pod> surplus =
                    pods.stream()
                            .filter(p -> isSurplus(set, ordinal(set, p)))
                            .sorted(Comparator.comparingInt((Pod p) -> ordinal(set, p)).reversed())
                            .toList();
            List<Pod> ill = surplus.reversed().stream().filter(p -> !isAvailable(p)).toList();
            for (Pod pod : surplus) {
                // While others are ill too, nobody knows which of them the rest can do without.
                if (!parallel && ill.contains(pod) && !pod.equals(ill.getFirst())) {
                    return false;
                }
                if (!pod.metadata().hasDeletionTimestamp()) {
                    delete.add(pod);
                }
                if (!parallel) {
                    return false;
                }
            }
            return surplus.isEmpty();
        }

        /** Replaces pods from the highest down, each when those above it serve. */
        private void update(int end, Map<Integer, Pod> byOrdinal, List<Pod> delete) {
            for (int i = end - 1; i >= set.spec().ordinals().start(); i--) {
                Pod pod = byOrdinal.get(i);
                if (pod == null || isHeldBack(set, i)) {
                    return;
                }
                if (!revision.equals(revisionOf(pod)) && Pods.isActive(pod)) {
                    delete.add(pod);
                    return;
                }
                if (!isAvailable(pod)) {
                    return;
                }
            }
        }

        private boolean isAvailable(Pod pod) {
            return Pods.isActive(pod) && Pods.isAvailable(pod, set.spec().minReadySeconds(), now);
        }
    }
}
