package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.apps.v1.StatefulSetStatus;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps numbered pods, each with a name, a host name and volume claims that stay its own. */
public final class StatefulSetController implements Controller {

    private static final Duration INFORMER_LAG = Duration.ofMillis(20);

    private final ApiClient client;
    private final Informer<StatefulSet> sets;
    private final Informer<Pod> pods;
    private final Expectations expectations;
    private final PodFactory factory;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public StatefulSetController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.sets = informers.of(Resources.STATEFUL_SETS);
        this.pods = informers.of(Resources.PODS);
        this.expectations = new Expectations(pods);
        this.factory = new PodFactory(client, events, expectations);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "statefulset";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(sets), Trigger.on(pods, p -> Owners.keys(p, "StatefulSet")));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<StatefulSet> found = sets.get(key);
        if (found.isEmpty()) {
            expectations.forget(key);
            return Outcome.DONE;
        }
        StatefulSet set = found.get();
        if (set.metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        List<Pod> owned = claimed(set);
        if (!expectations.met(key, owned.stream().filter(Pods::isActive).toList())) {
            return new Outcome.After(INFORMER_LAG);
        }
        String hash = Revisions.hash(set.spec().template(), 0);
        StatefulPlan plan = StatefulPlan.of(set, owned, hash, clock.instant());
        plan.delete().forEach(pod -> factory.delete(set, pod));
        plan.create().forEach(ordinal -> create(set, ordinal, hash));
        updateStatus(set, owned, hash);
        return set.spec().minReadySeconds() > 0
                ? new Outcome.After(Duration.ofSeconds(1))
                : Outcome.DONE;
    }

    private List<Pod> claimed(StatefulSet set) {
        return new Claims<>(
                        client,
                        Resources.PODS,
                        reference(set),
                        Selector.of(set.spec().selector()),
                        () -> lives(set))
                .of(
                        pods.inNamespace(set.namespace())
                                .filter(p -> StatefulPlan.ordinal(set, p) >= 0));
    }

    private boolean lives(StatefulSet set) {
        return client.resource(Resources.STATEFUL_SETS)
                .find(set.key())
                .filter(s -> s.uid().equals(set.uid()))
                .filter(s -> !s.metadata().hasDeletionTimestamp())
                .isPresent();
    }

    private static OwnerReference reference(StatefulSet set) {
        return Owners.reference(set, "apps/v1", "StatefulSet");
    }

    private void create(StatefulSet set, int ordinal, String hash) {
        set.spec().volumeClaimTemplates().forEach(t -> claim(set, t, ordinal));
        factory.create(
                set,
                reference(set),
                set.spec().template(),
                pod -> numbered(set, pod, ordinal, hash));
    }

    /** The claim outlives the pod, so that the next one of that number finds its data. */
    private void claim(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        ObjectKey key = new ObjectKey(set.namespace(), claimName(set, template, ordinal));
        if (client.resource(Resources.PERSISTENT_VOLUME_CLAIMS).find(key).isEmpty()) {
            client.resource(Resources.PERSISTENT_VOLUME_CLAIMS)
                    .create(
                            PersistentVolumeClaim.builder()
                                    .metadata(m ->
                                            m.namespace(key.namespace())
                                                    .name(key.name())
                                                    .labels(set.spec().selector().matchLabels()))
                                    .spec(template.spec())
                                    .build());
        }
    }

    private static String claimName(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.name() + "-" + set.name() + "-" + ordinal;
    }

    private static Pod numbered(StatefulSet set, Pod pod, int ordinal, String hash) {
        String name = set.name() + "-" + ordinal;
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.put(StatefulPlan.HASH, hash);
        labels.put("statefulset.kubernetes.io/pod-name", name);
        labels.put("apps.kubernetes.io/pod-index", Integer.toString(ordinal));
        List<Volume> volumes = new ArrayList<>(pod.spec().volumes());
        for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
            volumes.removeIf(v -> v.name().equals(template.name()));
            volumes.add(
                    Volume.builder()
                            .name(template.name())
                            .persistentVolumeClaim(
                                    c -> c.claimName(claimName(set, template, ordinal)))
                            .build());
        }
        return pod.toBuilder()
                .metadata(m -> m.name(name).clearGenerateName().labels(labels))
                .spec(s -> {
                    s.hostname(name).subdomain(set.spec().serviceName());
                    return volumes.isEmpty() ? s : s.volumes(volumes);
                })
                .build();
    }

    private void updateStatus(StatefulSet set, List<Pod> owned, String hash) {
        Instant now = clock.instant();
        List<Pod> live = owned.stream().filter(Pods::isActive).toList();
        int updated =
                (int)
                        live.stream()
                                .filter(p ->
                                        hash.equals(p.metadata().labels().get(StatefulPlan.HASH)))
                                .count();
        boolean complete = updated == live.size() && updated == set.spec().replicas();
        String current =
                complete || set.status().currentRevision().isEmpty()
                        ? set.name() + "-" + hash
                        : set.status().currentRevision();
        int minReady = set.spec().minReadySeconds();
        StatefulSetStatus status =
                set.status().toBuilder()
                        .observedGeneration(set.metadata().generation())
                        .replicas(live.size())
                        .readyReplicas((int) live.stream().filter(Pods::isReady).count())
                        .availableReplicas(
                                (int)
                                        live.stream()
                                                .filter(p -> Pods.isAvailable(p, minReady, now))
                                                .count())
                        .updatedReplicas(updated)
                        .currentReplicas(complete ? updated : live.size() - updated)
                        .currentRevision(current)
                        .updateRevision(set.name() + "-" + hash)
                        .build();
        if (!status.equals(set.status())) {
            client.resource(Resources.STATEFUL_SETS)
                    .updateStatus(set.toBuilder().status(status).build());
        }
    }
}
