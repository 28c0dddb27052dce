package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.DeploymentStatus;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.selector.Selector;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings pods from one template to the next, step by step, through one replica set a template. */
public final class DeploymentController implements Controller {

    private final ApiClient client;
    private final Informer<Deployment> deployments;
    private final Informer<ReplicaSet> sets;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public DeploymentController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.deployments = informers.of(Resources.DEPLOYMENTS);
        this.sets = informers.of(Resources.REPLICA_SETS);
        this.pods = informers.of(Resources.PODS);
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
                Trigger.onItself(deployments),
                Trigger.on(sets, this::deploymentsOf),
                Trigger.on(pods, this::recreatedWhenGone));
    }

    private List<ObjectKey> deploymentsOf(ReplicaSet set) {
        if (Owners.controller(set).isPresent()) {
            return Owners.keys(set, "Deployment");
        }
        return deployments
                .inNamespace(set.namespace())
                .filter(d -> Selector.of(d.spec().selector()).matches(set.metadata().labels()))
                .map(Deployment::key)
                .toList();
    }

    /** Only the strategy that waits for the end of all old pods has to know when one ends. */
    private List<ObjectKey> recreatedWhenGone(Pod pod) {
        return Owners.keys(pod, "ReplicaSet").stream()
                .flatMap(key -> sets.get(key).stream())
                .flatMap(set -> Owners.keys(set, "Deployment").stream())
                .filter(key -> deployments.get(key).filter(Rollout::isRecreate).isPresent())
                .toList();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Deployment> found = deployments.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        Deployment deployment = found.get();
        List<ReplicaSet> owned = claimed(deployment);
        Optional<ReplicaSet> newest = Revisions.newest(deployment, owned);
        List<ReplicaSet> old = owned.stream().filter(s -> !isSame(newest, s)).toList();
        if (owned.stream().anyMatch(s -> Revisions.isStale(deployment, s))) {
            resize(deployment, newest, old);
        } else if (!deployment.spec().paused()) {
            if (newest.isEmpty()) {
                createSet(deployment, old);
                return Outcome.DONE; // The new set wakes this controller again.
            }
            return rollOut(deployment, newest.get(), old);
        }
        return updateStatus(deployment, newest, old);
    }

    private static boolean isSame(Optional<ReplicaSet> newest, ReplicaSet set) {
        return newest.filter(n -> n.uid().equals(set.uid())).isPresent();
    }

    private List<ReplicaSet> claimed(Deployment deployment) {
        return Claims.by(
                        client,
                        Resources.DEPLOYMENTS,
                        deployment,
                        Resources.REPLICA_SETS,
                        deployment.spec().selector())
                .of(sets.inNamespace(deployment.namespace()));
    }

    private Outcome rollOut(Deployment wanted, ReplicaSet found, List<ReplicaSet> old) {
        long revision = Math.max(Revisions.revision(found), nextRevision(old));
        ReplicaSet newest = upToDate(wanted, found, revision);
        Deployment deployment = withRevision(wanted, revision);
        Rollout rollout = Rollout.of(deployment);
        if (!Rollout.isRecreate(deployment)) {
            scale(deployment, rollout.rolling(newest, old));
        } else {
            scale(deployment, rollout.recreate(newest, old, oldPodsRun(old)));
        }
        prune(deployment, old);
        return updateStatus(deployment, Optional.of(newest), old);
    }

    /** Whether pods of older templates run, be it in their last seconds. */
    private boolean oldPodsRun(List<ReplicaSet> old) {
        return old.stream()
                .anyMatch(set ->
                        pods.inNamespace(set.namespace())
                                .filter(p -> Owners.isOwnedBy(p, set))
                                .anyMatch(p -> !Pods.isOver(p)));
    }

    private static long nextRevision(List<ReplicaSet> old) {
        return 1 + old.stream().mapToLong(Revisions::revision).max().orElse(0);
    }

    private void createSet(Deployment deployment, List<ReplicaSet> old) {
        Rollout rollout = Rollout.of(deployment);
        int room = Math.max(0, rollout.most() - Rollout.replicas(old));
        boolean waits = Rollout.isRecreate(deployment) && !old.isEmpty();
        int replicas = waits ? 0 : Math.min(rollout.wanted(), room);
        long revision = nextRevision(old);
        ReplicaSet set = Revisions.create(deployment, replicas, revision);
        try {
            client.resource(Resources.REPLICA_SETS).create(set);
        } catch (ApiException e) {
            if (e.reason().equals("AlreadyExists")) {
                noteCollision(deployment, set);
            }
            throw e;
        }
        if (replicas > 0) {
            tellScaled(deployment, set, 0, replicas);
        }
        withRevision(deployment, revision);
    }

    /** Another template with the same hash: the count makes the next one differ. */
    private void noteCollision(Deployment deployment, ReplicaSet set) {
        boolean ours =
                client.resource(Resources.REPLICA_SETS)
                        .find(set.key())
                        .filter(s -> Owners.isOwnedBy(s, deployment))
                        .filter(s -> Revisions.sameTemplate(s, deployment))
                        .isPresent();
        if (!ours) {
            int collisions = deployment.status().collisionCount() + 1;
            client.resource(Resources.DEPLOYMENTS)
                    .updateStatus(
                            deployment.toBuilder()
                                    .status(s -> s.collisionCount(collisions))
                                    .build());
        }
    }

    /** The set with all that it should say; one that is current again gets the newest revision. */
    private ReplicaSet upToDate(Deployment deployment, ReplicaSet set, long revision) {
        Map<String, String> before = set.metadata().annotations();
        Map<String, String> annotations = Revisions.annotations(deployment, before, revision);
        int minReady = deployment.spec().minReadySeconds();
        if (annotations.equals(before) && minReady == set.spec().minReadySeconds()) {
            return set;
        }
        return client.resource(Resources.REPLICA_SETS)
                .update(
                        set.toBuilder()
                                .metadata(m -> m.annotations(annotations))
                                .spec(s -> s.minReadySeconds(minReady))
                                .build());
    }

    /** Written with the status, so that this is no new generation for others to catch up with. */
    private Deployment withRevision(Deployment deployment, long revision) {
        Map<String, String> annotations = new HashMap<>(deployment.metadata().annotations());
        String text = Long.toString(revision);
        if (text.equals(annotations.put(Revisions.REVISION, text))) {
            return deployment;
        }
        return client.resource(Resources.DEPLOYMENTS)
                .updateStatus(
                        deployment.toBuilder().metadata(m -> m.annotations(annotations)).build());
    }

    /** The number of replicas has changed: of one set, or of several in proportion. */
    private void resize(Deployment deployment, Optional<ReplicaSet> newest, List<ReplicaSet> old) {
        List<ReplicaSet> active =
                Stream.concat(newest.stream(), old.stream())
                        .filter(s -> s.spec().replicas() > 0)
                        .toList();
        if (active.size() == 1) {
            rescale(deployment, active.getFirst(), deployment.spec().replicas());
            return;
        }
        Map<ReplicaSet, Integer> sizes =
                Rollout.of(deployment)
                        .proportional(active, s -> Revisions.mostBefore(deployment, s));
        active.forEach(s -> rescale(deployment, s, sizes.getOrDefault(s, s.spec().replicas())));
    }

    private void scale(Deployment deployment, Map<ReplicaSet, Integer> steps) {
        steps.forEach((set, replicas) -> rescale(deployment, set, replicas));
    }

    private void rescale(Deployment deployment, ReplicaSet set, int replicas) {
        int before = set.spec().replicas();
        Map<String, String> annotations = Revisions.sized(deployment, set.metadata().annotations());
        client.resource(Resources.REPLICA_SETS)
                .update(
                        set.toBuilder()
                                .metadata(m -> m.annotations(annotations))
                                .spec(s -> s.replicas(replicas))
                                .build());
        if (replicas != before) {
            tellScaled(deployment, set, before, replicas);
        }
    }

    private void tellScaled(Deployment deployment, ReplicaSet set, int before, int replicas) {
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
                        .filter(s -> !s.metadata().hasDeletionTimestamp())
                        .sorted(Comparator.comparingLong(Revisions::revision))
                        .toList();
        int tooMany = unused.size() - deployment.spec().revisionHistoryLimit();
        for (int i = 0; i < tooMany; i++) {
            client.resource(Resources.REPLICA_SETS).delete(unused.get(i).key());
        }
    }

    private Outcome updateStatus(
            Deployment deployment, Optional<ReplicaSet> newest, List<ReplicaSet> old) {
        List<ReplicaSet> all = Stream.concat(newest.stream(), old.stream()).toList();
        DeploymentStatus counts = counts(deployment, newest, all);
        var conditions =
                new DeploymentConditions(
                                deployment,
                                counts,
                                all,
                                newest.map(ReplicaSet::name).orElse(""),
                                clock.instant())
                        .all();
        DeploymentStatus status = counts.toBuilder().conditions(conditions).build();
        if (!status.equals(deployment.status())) {
            client.resource(Resources.DEPLOYMENTS)
                    .updateStatus(deployment.toBuilder().status(status).build());
        }
        return DeploymentConditions.untilDeadline(deployment, conditions, clock.instant())
                .<Outcome>map(Outcome.After::new)
                .orElse(Outcome.DONE);
    }

    private static DeploymentStatus counts(
            Deployment deployment, Optional<ReplicaSet> newest, List<ReplicaSet> all) {
        int available = all.stream().mapToInt(s -> s.status().availableReplicas()).sum();
        return deployment.status().toBuilder()
                .observedGeneration(deployment.metadata().generation())
                .replicas(all.stream().mapToInt(s -> s.status().replicas()).sum())
                .readyReplicas(all.stream().mapToInt(s -> s.status().readyReplicas()).sum())
                .availableReplicas(available)
                .updatedReplicas(newest.map(s -> s.status().replicas()).orElse(0))
                .unavailableReplicas(Math.max(0, Rollout.replicas(all) - available))
                .build();
    }
}
