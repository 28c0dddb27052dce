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
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.apps.v1.ReplicaSetStatus;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps as many pods of a template as a replica set wants. */
public final class ReplicaSetController implements Controller {

    private static final int BURST = 500;

    private final ApiClient client;
    private final Informer<ReplicaSet> sets;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;
    private final ConcurrentHashMap<ObjectKey, Expectation> expectations =
            new ConcurrentHashMap<>();

    /**
     * Writes that the informer has not shown yet: until it has, counting pods would be wrong.
     *
     * @param version all pods up to this resource version must be known
     */
    private record Expectation(long version) {}

    /** Works through a client and shared informers. */
    public ReplicaSetController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.sets = informers.of(Resources.REPLICA_SETS);
        this.pods = informers.of(Resources.PODS);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "replicaset";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(sets), Trigger.on(pods, p -> Owners.keys(p, "ReplicaSet")));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<ReplicaSet> found = sets.get(key);
        if (found.isEmpty()) {
            expectations.remove(key);
            return Outcome.DONE;
        }
        ReplicaSet set = found.get();
        Expectation expected = expectations.get(key);
        if (expected != null && !hasSeen(expected.version())) {
            return new Outcome.After(Duration.ofMillis(20));
        }
        expectations.remove(key);
        List<Pod> owned = owned(set);
        List<Pod> active = owned.stream().filter(Pods::isActive).toList();
        if (!set.metadata().hasDeletionTimestamp()) {
            int missing = set.spec().replicas() - active.size();
            if (missing > 0) {
                create(set, Math.min(missing, BURST));
            } else if (missing < 0) {
                delete(set, active, Math.min(-missing, BURST));
            }
        }
        updateStatus(set, active);
        return set.spec().minReadySeconds() > 0
                ? new Outcome.After(Duration.ofSeconds(1))
                : Outcome.DONE;
    }

    private boolean hasSeen(long version) {
        String reached = pods.resourceVersion();
        return !reached.isEmpty() && Long.parseLong(reached) >= version;
    }

    private List<Pod> owned(ReplicaSet set) {
        Selector selector = Selector.of(set.spec().selector());
        return pods.inNamespace(set.namespace())
                .filter(p -> Owners.isOwnedBy(p, set))
                .filter(p -> selector.matches(p.metadata().labels()))
                .toList();
    }

    private void create(ReplicaSet set, int count) {
        for (int i = 0; i < count; i++) {
            Pod pod =
                    Pod.builder()
                            .metadata(m ->
                                    m.namespace(set.namespace())
                                            .generateName(set.name() + "-")
                                            .labels(set.spec().template().metadata().labels())
                                            .annotations(
                                                    set.spec().template().metadata().annotations())
                                            .ownerReferences(
                                                    List.of(
                                                            Owners.reference(
                                                                    set, "apps/v1", "ReplicaSet"))))
                            .spec(set.spec().template().spec())
                            .build();
            try {
                Pod created = client.resource(Resources.PODS).create(pod);
                expect(set.key(), created.resourceVersion());
                events.record(
                        set,
                        EventType.NORMAL,
                        "SuccessfulCreate",
                        "Created pod: " + created.name());
            } catch (ApiException e) {
                events.record(
                        set,
                        EventType.WARNING,
                        "FailedCreate",
                        "Error creating: " + e.getMessage());
                throw e;
            }
        }
    }

    private void delete(ReplicaSet set, List<Pod> active, int count) {
        // Those go first that are the least use: unplaced, not ready, youngest.
        Comparator<Pod> leastUse =
                Comparator.comparing((Pod p) -> !p.spec().nodeName().isEmpty())
                        .thenComparing(Pods::isReady)
                        .thenComparing(
                                p -> p.metadata().creationTimestamp().orElse(Instant.EPOCH),
                                Comparator.reverseOrder());
        for (Pod pod : active.stream().sorted(leastUse).limit(count).toList()) {
            try {
                client.resource(Resources.PODS).delete(pod.key());
                events.record(
                        set, EventType.NORMAL, "SuccessfulDelete", "Deleted pod: " + pod.name());
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
    }

    private void expect(ObjectKey key, String version) {
        expectations.merge(
                key,
                new Expectation(Long.parseLong(version)),
                (a, b) -> a.version() > b.version() ? a : b);
    }

    private void updateStatus(ReplicaSet set, List<Pod> active) {
        Instant now = clock.instant();
        Selector template = Selector.of(set.spec().template().metadata().labels());
        int labelled =
                (int) active.stream().filter(p -> template.matches(p.metadata().labels())).count();
        int ready = (int) active.stream().filter(Pods::isReady).count();
        int available =
                (int)
                        active.stream()
                                .filter(p -> Pods.isAvailable(p, set.spec().minReadySeconds(), now))
                                .count();
        ReplicaSetStatus status =
                set.status().toBuilder()
                        .replicas(active.size())
                        .fullyLabeledReplicas(labelled)
                        .readyReplicas(ready)
                        .availableReplicas(available)
                        .observedGeneration(set.metadata().generation())
                        .build();
        if (!status.equals(set.status())) {
            client.resource(Resources.REPLICA_SETS)
                    .updateStatus(set.toBuilder().status(status).build());
        }
    }
}
