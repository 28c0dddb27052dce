package dev.quilla.controller.workload;

import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.DeploymentCondition;
import dev.quilla.model.apps.v1.DeploymentStatus;
import dev.quilla.model.apps.v1.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a deployment says about its progress. Pure. */
final class DeploymentConditions {

    /** So long nobody waits: how the API says that there is no deadline. */
    private static final int NO_DEADLINE = Integer.MAX_VALUE;

    private static final String PROGRESSING = "Progressing";
    private static final String COMPLETE = "NewReplicaSetAvailable";
    private static final String PAUSED = "DeploymentPaused";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";

    private final Deployment deployment;
    private final DeploymentStatus status;
    private final List<ReplicaSet> sets;
    private final String newest;
    private final Instant now;

    /**
     * Looks at a deployment, and at its counts as they are now.
     *
     * @param newest the name of the set of the current template, or nothing
     */
    DeploymentConditions(
            Deployment deployment,
            DeploymentStatus status,
            List<ReplicaSet> sets,
            String newest,
            Instant now) {
        this.deployment = deployment;
        this.status = status;
        this.sets = sets;
        this.newest = newest;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    List<DeploymentCondition> all() {
        List<DeploymentCondition> conditions = new ArrayList<>();
        conditions.add(available());
        conditions.add(progressing());
        sets.stream()
                .flatMap(s -> s.status().conditions().stream())
                .filter(c -> c.type().equals("ReplicaFailure"))
                .findFirst()
                .ifPresent(c ->
                        conditions.add(
                                changed("ReplicaFailure", c.status(), c.reason(), c.message())));
        return conditions;
    }

    /** How long until a rollout that makes no progress is called late, if it can be. */
    static Optional<Duration> untilDeadline(
            Deployment deployment, List<DeploymentCondition> conditions, Instant now) {
        return find(conditions, PROGRESSING)
                .filter(c -> c.status().equals("True") && !c.reason().equals(COMPLETE))
                .filter(c -> deployment.spec().progressDeadlineSeconds() < NO_DEADLINE)
                .flatMap(DeploymentCondition::lastUpdateTime)
                .map(t -> t.plusSeconds(deployment.spec().progressDeadlineSeconds() + 1L))
                .map(t -> Duration.between(now, t))
                .map(d -> d.isNegative() ? Duration.ZERO : d);
    }

    private DeploymentCondition available() {
        return status.availableReplicas() >= Rollout.of(deployment).availableMin()
                ? changed(
                        "Available",
                        "True",
                        "MinimumReplicasAvailable",
                        "Deployment has minimum availability.")
                : changed(
                        "Available",
                        "False",
                        "MinimumReplicasUnavailable",
                        "Deployment does not have minimum availability.");
    }

    private DeploymentCondition progressing() {
        Optional<DeploymentCondition> before = before(PROGRESSING);
        String reason = before.map(DeploymentCondition::reason).orElse("");
        if (deployment.spec().paused()) {
            return changed(PROGRESSING, "Unknown", PAUSED, "Deployment is paused");
        }
        if (reason.equals(PAUSED)) {
            return changed(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed");
        }
        boolean sameSet = before.filter(b -> b.message().contains('"' + newest + '"')).isPresent();
        if (isComplete()) {
            return changed(PROGRESSING, "True", COMPLETE, about("has successfully progressed."));
        }
        if (sameSet && reason.equals(COMPLETE) && status.replicas() == status.updatedReplicas()) {
            return before.orElseThrow(); // A pod of a finished rollout failing is no new rollout.
        }
        if (!sameSet || hasProgressed()) {
            return condition(PROGRESSING, "True", "ReplicaSetUpdated", about("is progressing."));
        }
        return isLate(before.orElseThrow())
                ? changed(PROGRESSING, "False", TIMED_OUT, about("has timed out progressing."))
                : before.orElseThrow();
    }

    private String about(String what) {
        return "ReplicaSet \"%s\" %s".formatted(newest, what);
    }

    private boolean isComplete() {
        int wanted = deployment.spec().replicas();
        return status.updatedReplicas() == wanted
                && status.replicas() == wanted
                && status.availableReplicas() == wanted;
    }

    private boolean hasProgressed() {
        DeploymentStatus last = deployment.status();
        return status.updatedReplicas() > last.updatedReplicas()
                || status.replicas() - status.updatedReplicas()
                        < last.replicas() - last.updatedReplicas()
                || status.readyReplicas() > last.readyReplicas()
                || status.availableReplicas() > last.availableReplicas();
    }

    private boolean isLate(DeploymentCondition before) {
        Optional<Duration> left = untilDeadline(deployment, List.of(before), now);
        return before.reason().equals(TIMED_OUT) || left.filter(Duration::isZero).isPresent();
    }

    /** The condition as it was if it says the same, else a new one. */
    private DeploymentCondition changed(String type, String status, String reason, String message) {
        return before(type)
                .filter(b -> b.status().equals(status))
                .filter(b -> b.reason().equals(reason) && b.message().equals(message))
                .orElseGet(() -> condition(type, status, reason, message));
    }

    private DeploymentCondition condition(
            String type, String status, String reason, String message) {
        Instant since =
                before(type)
                        .filter(b -> b.status().equals(status))
                        .flatMap(DeploymentCondition::lastTransitionTime)
                        .orElse(now);
        return DeploymentCondition.builder()
                .type(type)
                .status(status)
                .reason(reason)
                .message(message)
                .lastUpdateTime(now)
                .lastTransitionTime(since)
                .build();
    }

    private Optional<DeploymentCondition> before(String type) {
        return find(deployment.status().conditions(), type);
    }

    private static Optional<DeploymentCondition> find(
            List<DeploymentCondition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }
}
