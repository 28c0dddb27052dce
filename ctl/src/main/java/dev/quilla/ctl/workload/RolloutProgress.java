package dev.quilla.ctl.workload;

import dev.quilla.ctl.cluster.Tree;

/**
 * How far a rollout is.
 *
 * @param message what it waits for, or how it ended
 */
record RolloutProgress(State state, String message) {

    /** Whether to go on waiting. */
    enum State {
        UNDER_WAY,
        DONE,
        FAILED
    }

    static RolloutProgress of(Tree workload) {
        if (workload.number("metadata", "generation")
                > workload.number("status", "observedGeneration")) {
            return underWay(workload, "the controller has not seen the change yet");
        }
        return switch (workload.text("kind")) {
            case "DaemonSet" -> daemonSet(workload);
            case "StatefulSet" -> statefulSet(workload);
            default -> deployment(workload);
        };
    }

    private static RolloutProgress deployment(Tree d) {
        boolean late =
                d.trees("status", "conditions").stream()
                        .anyMatch(c -> c.text("reason").equals("ProgressDeadlineExceeded"));
        if (late) {
            return new RolloutProgress(
                    State.FAILED,
                    "deployment \"%s\" made no progress in its deadline: see quilla describe deployment %s"
                            .formatted(d.name(), d.name()));
        }
        long wanted = d.number("spec", "replicas");
        long updated = d.number("status", "updatedReplicas");
        long old = d.number("status", "replicas") - updated;
        long available = d.number("status", "availableReplicas");
        if (updated < wanted) {
            return underWay(
                    d, "%d out of %d new replicas have been updated".formatted(updated, wanted));
        }
        if (old > 0) {
            return underWay(d, old + " old replicas are pending termination");
        }
        return available < updated
                ? underWay(
                        d, "%d of %d updated replicas are available".formatted(available, updated))
                : done(d);
    }

    private static RolloutProgress daemonSet(Tree d) {
        long wanted = d.number("status", "desiredNumberScheduled");
        long updated = d.number("status", "updatedNumberScheduled");
        long available = d.number("status", "numberAvailable");
        if (updated < wanted) {
            return underWay(
                    d, "%d out of %d new pods have been updated".formatted(updated, wanted));
        }
        return available < wanted
                ? underWay(d, "%d of %d updated pods are available".formatted(available, wanted))
                : done(d);
    }

    private static RolloutProgress statefulSet(Tree s) {
        long wanted = s.number("spec", "replicas");
        long ready = s.number("status", "readyReplicas");
        long updated = s.number("status", "updatedReplicas");
        if (ready < wanted) {
            return underWay(s, "%d of %d pods are ready".formatted(ready, wanted));
        }
        boolean same =
                s.text("status", "updateRevision").equals(s.text("status", "currentRevision"));
        return same || updated >= wanted
                ? done(s)
                : underWay(s, "%d of %d pods have been updated".formatted(updated, wanted));
    }

    private static RolloutProgress underWay(Tree workload, String what) {
        return new RolloutProgress(
                State.UNDER_WAY,
                "Waiting for %s \"%s\" rollout to finish: %s..."
                        .formatted(kind(workload), workload.name(), what));
    }

    private static RolloutProgress done(Tree workload) {
        return new RolloutProgress(
                State.DONE,
                "%s \"%s\" successfully rolled out".formatted(kind(workload), workload.name()));
    }

    private static String kind(Tree workload) {
        return workload.text("kind").toLowerCase(java.util.Locale.ROOT);
    }
}
