package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.DeploymentCondition;
import dev.quilla.model.apps.v1.DeploymentStatus;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.core.v1.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings pods from one template to the next, step by step, through one replica set a template. */
public final class DeploymentController implements Controller {

    private static final String HASH = "pod-template-hash";
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final ApiClient client;
    private final Informer<Deployment> deployments;
    private final Informer<ReplicaSet> sets;
    private final EventRecorder events;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public DeploymentController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.deployments = informers.of(Resources.DEPLOYMENTS);
        this.sets = informers.of(Resources.REPLICA_SETS);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "deployment";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(deployments), Trigger.on(sets, s -> Owners.keys(s, "Deployment")));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Deployment> found = deployments.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        Deployment deployment = found.get();
        List<ReplicaSet> owned =
                sets.inNamespace(key.namespace())
                        .filter(s -> Owners.isOwnedBy(s, deployment))
                        .toList();
        Optional<ReplicaSet> newest =
                owned.stream().filter(s -> sameTemplate(s, deployment)).findFirst();
        List<ReplicaSet> old =
                owned.stream().filter(s -> !newest.map(s::equals).orElse(false)).toList();
        if (deployment.spec().paused()) {
            updateStatus(deployment, owned, newest);
            return Outcome.DONE;
        }
        long revision = 1 + old.stream().mapToLong(DeploymentController::revision).max().orElse(0);
        if (newest.isEmpty()) {
            createSet(deployment, old, revision);
            return Outcome.DONE;
        }
        ReplicaSet current = withRevision(deployment, newest.get(), revision);
        Map<ReplicaSet, Integer> steps =
                deployment.spec().strategy().type().equals("Recreate")
                        ? Rollout.recreate(deployment, current, old)
                        : Rollout.rolling(deployment, current, old);
        steps.forEach((set, replicas) -> scale(deployment, set, replicas));
        prune(deployment, old);
        updateStatus(deployment, owned, Optional.of(current));
        return deployment.status().conditions().isEmpty()
                ? new Outcome.After(Duration.ofSeconds(5))
                : Outcome.DONE;
    }

    /** The same but for the label by which the pods of different sets are told apart. */
    private static boolean sameTemplate(ReplicaSet set, Deployment deployment) {
        Map<String, String> labels = new HashMap<>(set.spec().template().metadata().labels());
        labels.remove(HASH);
        PodTemplateSpec plain =
                set.spec().template().toBuilder().metadata(m -> m.labels(labels)).build();
        PodTemplateSpec wanted =
                deployment.spec().template().toBuilder()
                        .metadata(m -> m.labels(deployment.spec().template().metadata().labels()))
                        .build();
        return plain.equals(wanted);
    }

    private void createSet(Deployment deployment, List<ReplicaSet> old, long revision) {
        int collisions = deployment.status().collisionCount();
        String hash =
                Integer.toUnsignedString(
                        31 * deployment.spec().template().hashCode() + collisions, 36);
        Map<String, String> labels =
                new HashMap<>(deployment.spec().template().metadata().labels());
        labels.put(HASH, hash);
        Map<String, String> selector = new HashMap<>(deployment.spec().selector().matchLabels());
        selector.put(HASH, hash);
        // The first set starts whole; later ones wait for what the strategy allows.
        int replicas = old.isEmpty() ? deployment.spec().replicas() : 0;
        ReplicaSet set =
                ReplicaSet.builder()
                        .metadata(m ->
                                m.namespace(deployment.namespace())
                                        .name(deployment.name() + "-" + hash)
                                        .labels(labels)
                                        .annotations(annotations(deployment, revision))
                                        .ownerReferences(
                                                List.of(
                                                        Owners.reference(
                                                                deployment,
                                                                "apps/v1",
                                                                "Deployment"))))
                        .spec(s ->
                                s.replicas(replicas)
                                        .minReadySeconds(deployment.spec().minReadySeconds())
                                        .selector(
                                                deployment.spec().selector().toBuilder()
                                                        .matchLabels(selector)
                                                        .build())
                                        .template(
                                                deployment.spec().template().toBuilder()
                                                        .metadata(m -> m.labels(labels))
                                                        .build()))
                        .build();
        try {
            client.resource(Resources.REPLICA_SETS).create(set);
        } catch (ApiException e) {
            if (e.reason().equals("AlreadyExists")
                    && sets.get(set.key()).isPresent()
                    && !sameTemplate(sets.get(set.key()).get(), deployment)) {
                // Another template with the same hash: the count makes the next one differ.
                client.resource(Resources.DEPLOYMENTS)
                        .updateStatus(
                                deployment.toBuilder()
                                        .status(s -> s.collisionCount(collisions + 1))
                                        .build());
            }
            throw e;
        }
        events.record(
                deployment,
                EventType.NORMAL,
                "ScalingReplicaSet",
                "Scaled up replica set " + set.name() + " from 0 to " + replicas);
        setRevision(deployment, revision);
    }

    private static Map<String, String> annotations(Deployment deployment, long revision) {
        Map<String, String> annotations = new HashMap<>(deployment.metadata().annotations());
        annotations.remove(LAST_APPLIED);
        annotations.put(REVISION, Long.toString(revision));
        annotations.put(
                "deployment.kubernetes.io/desired-replicas",
                Integer.toString(deployment.spec().replicas()));
        return annotations;
    }

    /** A set that is current again, after an undo, gets the newest revision number. */
    private ReplicaSet withRevision(Deployment deployment, ReplicaSet set, long revision) {
        if (revision(set) >= revision) {
            setRevision(deployment, revision(set));
            return set;
        }
        Map<String, String> annotations = new HashMap<>(set.metadata().annotations());
        annotations.put(REVISION, Long.toString(revision));
        ReplicaSet updated =
                client.resource(Resources.REPLICA_SETS)
                        .update(set.toBuilder().metadata(m -> m.annotations(annotations)).build());
        setRevision(deployment, revision);
        return updated;
    }

    private void setRevision(Deployment deployment, long revision) {
        String text = Long.toString(revision);
        if (!text.equals(deployment.metadata().annotations().get(REVISION))) {
            byte[] patch =
                    ("{\"metadata\":{\"annotations\":{\"" + REVISION + "\":\"" + text + "\"}}}")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            client.resource(Resources.DEPLOYMENTS)
                    .patch(deployment.key(), dev.quilla.client.PatchType.MERGE, patch);
        }
    }

    private static long revision(ReplicaSet set) {
        String text = set.metadata().annotations().getOrDefault(REVISION, "0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void scale(Deployment deployment, ReplicaSet set, int replicas) {
        int before = set.spec().replicas();
        client.resource(Resources.REPLICA_SETS)
                .update(set.toBuilder().spec(s -> s.replicas(replicas)).build());
        events.record(
                deployment,
                EventType.NORMAL,
                "ScalingReplicaSet",
                "Scaled %s replica set %s from %d to %d"
                        .formatted(
                                replicas > before ? "up" : "down", set.name(), before, replicas));
    }

    /** Old templates are kept for undo, but not for ever. */
    private void prune(Deployment deployment, List<ReplicaSet> old) {
        List<ReplicaSet> unused =
                old.stream()
                        .filter(s -> s.spec().replicas() == 0 && s.status().replicas() == 0)
                        .sorted(Comparator.comparingLong(DeploymentController::revision))
                        .toList();
        int tooMany = unused.size() - deployment.spec().revisionHistoryLimit();
        for (int i = 0; i < tooMany; i++) {
            client.resource(Resources.REPLICA_SETS).delete(unused.get(i).key());
        }
    }

    private void updateStatus(
            Deployment deployment, List<ReplicaSet> all, Optional<ReplicaSet> newest) {
        int total = all.stream().mapToInt(s -> s.status().replicas()).sum();
        int ready = all.stream().mapToInt(s -> s.status().readyReplicas()).sum();
        int available = all.stream().mapToInt(s -> s.status().availableReplicas()).sum();
        int updated = newest.map(s -> s.status().replicas()).orElse(0);
        int wanted = deployment.spec().replicas();
        DeploymentStatus status =
                deployment.status().toBuilder()
                        .observedGeneration(deployment.metadata().generation())
                        .replicas(total)
                        .readyReplicas(ready)
                        .availableReplicas(available)
                        .updatedReplicas(updated)
                        .unavailableReplicas(Math.max(0, Math.max(total, wanted) - available))
                        .conditions(conditions(deployment, newest, total, updated, available))
                        .build();
        if (!status.equals(deployment.status())) {
            client.resource(Resources.DEPLOYMENTS)
                    .updateStatus(deployment.toBuilder().status(status).build());
        }
    }

    private List<DeploymentCondition> conditions(
            Deployment deployment,
            Optional<ReplicaSet> newest,
            int total,
            int updated,
            int available) {
        int wanted = deployment.spec().replicas();
        int unavailableMax =
                deployment
                        .spec()
                        .strategy()
                        .rollingUpdate()
                        .maxUnavailable()
                        .map(m -> m.scaled(wanted, false))
                        .orElse(0);
        boolean enough = available >= wanted - unavailableMax;
        boolean complete = updated == wanted && total == wanted && available == wanted;
        String name = newest.map(ReplicaSet::name).orElse("");
        List<DeploymentCondition> conditions = new ArrayList<>();
        conditions.add(
                condition(
                        deployment,
                        "Available",
                        enough,
                        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                        enough
                                ? "Deployment has minimum availability."
                                : "Deployment does not have minimum availability."));
        conditions.add(
                condition(
                        deployment,
                        "Progressing",
                        true,
                        complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                        "ReplicaSet \"%s\" %s"
                                .formatted(
                                        name,
                                        complete
                                                ? "has successfully progressed."
                                                : "is progressing.")));
        return conditions;
    }

    private DeploymentCondition condition(
            Deployment deployment, String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        Optional<DeploymentCondition> before =
                deployment.status().conditions().stream()
                        .filter(c -> c.type().equals(type))
                        .findFirst();
        Instant now = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        boolean same =
                before.filter(b ->
                                b.status().equals(status)
                                        && b.reason().equals(reason)
                                        && b.message().equals(message))
                        .isPresent();
        if (same) {
            return before.orElseThrow();
        }
        Instant since =
                before.filter(b -> b.status().equals(status))
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
}
