package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.apps.v1.ReplicaSetCondition;
import dev.quilla.model.apps.v1.ReplicaSetStatus;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Keeps as many pods of a template as a replica set, or a replication controller, wants. */
public final class ReplicaSetController<T extends ApiObject> implements Controller {

    private static final String FAILURE = "ReplicaFailure";

    /** How many pods are made or removed before the set is looked at again. */
    static final int BURST = 500;

    private final ReplicaKind<T> kind;
    private final Informer<T> owners;
    private final Informer<Pod> pods;
    private final OwnedPods<T> owned;
    private final InstantSource clock;

    private ReplicaSetController(
            ReplicaKind<T> kind,
            ApiClient client,
            Informers informers,
            EventRecorder events,
            InstantSource clock) {
        this.kind = kind;
        this.owners = informers.of(kind.type());
        this.pods = informers.of(Resources.PODS);
        this.owned = new OwnedPods<>(client, informers, events, kind.type());
        this.clock = clock;
    }

    /** Keeps replica sets; works through a client and shared informers. */
    public static ReplicaSetController<ReplicaSet> ofReplicaSets(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        return new ReplicaSetController<>(ReplicaKind.SETS, client, informers, events, clock);
    }

    /** Keeps replication controllers; works through a client and shared informers. */
    public static ReplicaSetController<ReplicationController> ofReplicationControllers(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        return new ReplicaSetController<>(
                ReplicaKind.CONTROLLERS, client, informers, events, clock);
    }

    @Override
    public String name() {
        return kind.controller();
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(owners), Trigger.on(pods, this::ownersOf));
    }

    private List<ObjectKey> ownersOf(Pod pod) {
        if (Owners.controller(pod).isPresent()) {
            return Owners.keys(pod, kind.type().gvk().kind());
        }
        return owners.inNamespace(pod.namespace())
                .map(kind.asSet())
                .filter(s -> Selector.of(s.spec().selector()).matches(pod.metadata().labels()))
                .map(ReplicaSet::key)
                .toList();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<T> found = owned.owner(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        if (!owned.showsCreated(key)) {
            return OwnedPods.LATER;
        }
        T owner = found.get();
        ReplicaSet set = kind.asSet().apply(owner);
        List<Pod> active =
                owned.withoutDeleted(
                        key, claimed(owner, set).stream().filter(Pods::isActive).toList());
        Optional<RuntimeException> failure =
                set.metadata().hasDeletionTimestamp()
                        ? Optional.empty()
                        : manage(owner, set, active);
        updateStatus(owner, set, active, failure);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return nextLook(set, active);
    }

    /** A pod that is ready but not for long enough changes nothing when its time has come. */
    private static Outcome nextLook(ReplicaSet set, List<Pod> active) {
        boolean waits =
                set.spec().minReadySeconds() > 0
                        && active.stream().filter(Pods::isReady).count()
                                > set.status().availableReplicas();
        return waits ? new Outcome.After(Duration.ofSeconds(1)) : Outcome.DONE;
    }

    private List<Pod> claimed(T owner, ReplicaSet set) {
        return owned.claimed(owner, set.spec().selector(), p -> !Pods.isOver(p));
    }

    private Optional<RuntimeException> manage(T owner, ReplicaSet set, List<Pod> active) {
        int missing = set.spec().replicas() - active.size();
        if (missing > 0) {
            return SlowStart.run(
                    Math.min(missing, BURST),
                    () -> owned.create(owner, set.spec().template(), UnaryOperator.identity()));
        }
        List<Pod> going =
                LeastUseful.first(active).stream().limit(Math.min(-missing, BURST)).toList();
        going.forEach(pod -> owned.delete(owner, pod));
        return Optional.empty();
    }

    private void updateStatus(
            T owner, ReplicaSet set, List<Pod> active, Optional<RuntimeException> failure) {
        Instant now = clock.instant();
        Selector template = Selector.of(set.spec().template().metadata().labels());
        int minReady = set.spec().minReadySeconds();
        ReplicaSetStatus.Builder status =
                set.status().toBuilder()
                        .replicas(active.size())
                        .fullyLabeledReplicas(
                                count(active, p -> template.matches(p.metadata().labels())))
                        .readyReplicas(count(active, Pods::isReady))
                        .availableReplicas(count(active, p -> Pods.isAvailable(p, minReady, now)))
                        .observedGeneration(set.metadata().generation());
        if (failure.isPresent()) {
            status.conditions(List.of(failed(set, failure.get(), now)));
        } else {
            status.clearConditions();
        }
        if (!status.build().equals(set.status())) {
            owned.updateStatus(kind.withStatus().apply(owner, status.build()));
        }
    }

    private static int count(List<Pod> pods, Predicate<Pod> which) {
        return (int) pods.stream().filter(which).count();
    }

    /**
     * One failure is told as long as it lasts: its message, which names a pod, would never rest.
     */
    private static ReplicaSetCondition failed(
            ReplicaSet set, RuntimeException failure, Instant now) {
        String message = failure.getMessage();
        return set.status().conditions().stream()
                .filter(c -> c.type().equals(FAILURE))
                .findFirst()
                .orElseGet(() ->
                        ReplicaSetCondition.builder()
                                .type(FAILURE)
                                .status("True")
                                .reason("FailedCreate")
                                .message(message == null ? failure.toString() : message)
                                .lastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS))
                                .build());
    }
}
