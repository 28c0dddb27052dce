package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.apps.v1.DaemonSetStatus;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Keeps one pod of a template on every node that it fits. */
public final class DaemonSetController implements Controller {

    private final OwnedPods<DaemonSet> owned;
    private final TemplateHistory<DaemonSet> templates;
    private final Informer<Node> nodes;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public DaemonSetController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.owned = new OwnedPods<>(client, informers, events, Resources.DAEMON_SETS);
        this.templates = new TemplateHistory<>(client, informers, Resources.DAEMON_SETS);
        this.nodes = informers.of(Resources.NODES);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "daemonset";
    }

    @Override
    public List<Trigger> triggers() {
        return Stream.concat(
                        owned.triggers().stream(),
                        Stream.of(
                                templates.trigger(),
                                Trigger.on(
                                        nodes,
                                        n -> owned.owners().all().map(DaemonSet::key).toList())))
                .toList();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<DaemonSet> found = owned.owner(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        DaemonSet set = found.get();
        List<Pod> pods = owned.claimed(set, set.spec().selector(), p -> true);
        if (!owned.areShown(key, pods)) {
            return OwnedPods.LATER;
        }
        TemplateHistory.Known known =
                templates.of(set, set.spec().selector(), set.spec().template());
        String hash = known.current().hash();
        DaemonPlan plan = DaemonPlan.of(set, nodes.all().toList(), pods, hash, clock.instant());
        plan.delete().forEach(pod -> owned.delete(set, pod));
        plan.create().forEach(node -> create(set, node, hash));
        updateStatus(set, pods, plan, hash);
        templates.forgetOld(
                known,
                set.spec().revisionHistoryLimit(),
                r -> pods.stream().anyMatch(p -> r.hash().equals(DaemonPods.hash(p))));
        return set.spec().minReadySeconds() > 0
                ? new Outcome.After(Duration.ofSeconds(1))
                : Outcome.DONE;
    }

    private void create(DaemonSet set, String node, String hash) {
        owned.create(set, set.spec().template(), pod -> DaemonPods.onNode(pod, node, hash));
    }

    private void updateStatus(DaemonSet set, List<Pod> pods, DaemonPlan plan, String hash) {
        Instant now = clock.instant();
        List<Pod> live = pods.stream().filter(Pods::isActive).toList();
        int available = count(live, p -> Pods.isAvailable(p, set.spec().minReadySeconds(), now));
        DaemonSetStatus status =
                set.status().toBuilder()
                        .observedGeneration(set.metadata().generation())
                        .desiredNumberScheduled(plan.wanted())
                        .currentNumberScheduled(Math.max(0, live.size() - plan.misplaced()))
                        .numberMisscheduled(plan.misplaced())
                        .numberReady(count(live, Pods::isReady))
                        .numberAvailable(available)
                        .numberUnavailable(Math.max(0, plan.wanted() - available))
                        .updatedNumberScheduled(count(live, p -> hash.equals(DaemonPods.hash(p))))
                        .build();
        if (!status.equals(set.status())) {
            owned.updateStatus(set.toBuilder().status(status).build());
        }
    }

    private static int count(List<Pod> pods, Predicate<Pod> which) {
        return (int) pods.stream().filter(which).count();
    }
}
