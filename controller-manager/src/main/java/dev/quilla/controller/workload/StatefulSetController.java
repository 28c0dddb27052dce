package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.controller.workload.TemplateHistory.Revision;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.apps.v1.StatefulSetStatus;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Keeps numbered pods, each with a name, a host name and volume claims that stay its own. */
public final class StatefulSetController implements Controller {

    private final OwnedPods<StatefulSet> owned;
    private final TemplateHistory<StatefulSet> templates;
    private final StatefulClaims claims;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public StatefulSetController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.owned = new OwnedPods<>(client, informers, events, Resources.STATEFUL_SETS);
        this.templates = new TemplateHistory<>(client, informers, Resources.STATEFUL_SETS);
        this.claims = new StatefulClaims(client, informers, events);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "statefulset";
    }

    @Override
    public List<Trigger> triggers() {
        return Stream.concat(
                        owned.triggers().stream(), Stream.of(templates.trigger(), claims.trigger()))
                .toList();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<StatefulSet> found = owned.owner(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        StatefulSet set = found.get();
        List<Pod> pods =
                owned.claimed(set, set.spec().selector(), p -> StatefulPlan.ordinal(set, p) >= 0);
        if (!owned.areShown(key, pods)) {
            return OwnedPods.LATER;
        }
        TemplateHistory.Known known =
                templates.of(set, set.spec().selector(), set.spec().template());
        Revision updated = known.current();
        Revision current = known.named(set.status().currentRevision()).orElse(updated);
        StatefulPlan plan = StatefulPlan.of(set, pods, updated.name(), clock.instant());
        claims.own(set, pods);
        plan.delete().forEach(pod -> owned.delete(set, pod));
        for (int ordinal : plan.create()) {
            create(set, ordinal, StatefulPlan.isHeldBack(set, ordinal) ? current : updated);
        }
        updateStatus(set, pods, current, updated);
        templates.forgetOld(
                known,
                set.spec().revisionHistoryLimit(),
                r ->
                        r.equals(current)
                                || pods.stream()
                                        .anyMatch(
                                                p -> r.name().equals(StatefulPlan.revisionOf(p))));
        return set.spec().minReadySeconds() > 0
                ? new Outcome.After(Duration.ofSeconds(1))
                : Outcome.DONE;
    }

    private void create(StatefulSet set, int ordinal, Revision revision) {
        if (claims.make(set, ordinal)) {
            owned.create(
                    set,
                    revision.template().orElse(set.spec().template()),
                    pod -> numbered(set, pod, ordinal, revision.name()));
        }
    }

    private static Pod numbered(StatefulSet set, Pod pod, int ordinal, String revision) {
        String name = set.name() + "-" + ordinal;
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.put(TemplateHistory.HASH, revision);
        labels.put("statefulset.kubernetes.io/pod-name", name);
        labels.put("apps.kubernetes.io/pod-index", Integer.toString(ordinal));
        List<Volume> volumes = new ArrayList<>(pod.spec().volumes());
        for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
            volumes.removeIf(v -> v.name().equals(template.name()));
            volumes.add(
                    Volume.builder()
                            .name(template.name())
                            .persistentVolumeClaim(
                                    c -> c.claimName(StatefulClaims.name(set, template, ordinal)))
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

    private void updateStatus(StatefulSet set, List<Pod> pods, Revision current, Revision updated) {
        Instant now = clock.instant();
        int minReady = set.spec().minReadySeconds();
        List<Pod> live = pods.stream().filter(Pods::isActive).toList();
        int ready = count(live, Pods::isReady);
        int ofUpdated = countOf(live, updated);
        boolean complete = ofUpdated == live.size() && ready == set.spec().replicas();
        Revision settled = complete ? updated : current;
        StatefulSetStatus status =
                set.status().toBuilder()
                        .observedGeneration(set.metadata().generation())
                        .replicas(live.size())
                        .readyReplicas(ready)
                        .availableReplicas(count(live, p -> Pods.isAvailable(p, minReady, now)))
                        .updatedReplicas(ofUpdated)
                        .currentReplicas(countOf(live, settled))
                        .currentRevision(settled.name())
                        .updateRevision(updated.name())
                        .build();
        if (!status.equals(set.status())) {
            owned.updateStatus(set.toBuilder().status(status).build());
        }
    }

    private static int countOf(List<Pod> pods, Revision revision) {
        return count(pods, p -> revision.name().equals(StatefulPlan.revisionOf(p)));
    }

    private static int count(List<Pod> pods, Predicate<Pod> which) {
        return (int) pods.stream().filter(which).count();
    }
}
