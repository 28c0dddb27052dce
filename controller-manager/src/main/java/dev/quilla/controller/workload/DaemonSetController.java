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
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.apps.v1.DaemonSetStatus;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Keeps one pod of a template on every node that it fits. */
public final class DaemonSetController implements Controller {

    private static final Duration INFORMER_LAG = Duration.ofMillis(20);

    private final ApiClient client;
    private final Informer<DaemonSet> sets;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final Expectations expectations;
    private final PodFactory factory;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public DaemonSetController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.sets = informers.of(Resources.DAEMON_SETS);
        this.pods = informers.of(Resources.PODS);
        this.nodes = informers.of(Resources.NODES);
        this.expectations = new Expectations(pods);
        this.factory = new PodFactory(client, events, expectations);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "daemonset";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(sets),
                Trigger.on(pods, p -> Owners.keys(p, "DaemonSet")),
                Trigger.on(nodes, n -> sets.all().map(DaemonSet::key).toList()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<DaemonSet> found = sets.get(key);
        if (found.isEmpty()) {
            expectations.forget(key);
            return Outcome.DONE;
        }
        DaemonSet set = found.get();
        if (set.metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        List<Pod> owned = claimed(set);
        if (!expectations.met(key, owned.stream().filter(Pods::isActive).toList())) {
            return new Outcome.After(INFORMER_LAG);
        }
        String hash = Revisions.hash(set.spec().template(), 0);
        DaemonPlan plan = DaemonPlan.of(set, nodes.all().toList(), owned, hash, clock.instant());
        plan.delete().forEach(pod -> factory.delete(set, pod));
        plan.create().forEach(node -> create(set, node, hash));
        updateStatus(set, owned, plan, hash);
        return set.spec().minReadySeconds() > 0
                ? new Outcome.After(Duration.ofSeconds(1))
                : Outcome.DONE;
    }

    private List<Pod> claimed(DaemonSet set) {
        return new Claims<>(
                        client,
                        Resources.PODS,
                        reference(set),
                        Selector.of(set.spec().selector()),
                        () -> lives(set))
                .of(pods.inNamespace(set.namespace()));
    }

    private boolean lives(DaemonSet set) {
        return client.resource(Resources.DAEMON_SETS)
                .find(set.key())
                .filter(s -> s.uid().equals(set.uid()))
                .filter(s -> !s.metadata().hasDeletionTimestamp())
                .isPresent();
    }

    private static OwnerReference reference(DaemonSet set) {
        return Owners.reference(set, "apps/v1", "DaemonSet");
    }

    private void create(DaemonSet set, String node, String hash) {
        factory.create(
                set,
                reference(set),
                set.spec().template(),
                pod -> DaemonPods.onNode(pod, node, hash));
    }

    private void updateStatus(DaemonSet set, List<Pod> owned, DaemonPlan plan, String hash) {
        Instant now = clock.instant();
        List<Pod> live = owned.stream().filter(Pods::isActive).toList();
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
                        .updatedNumberScheduled(
                                count(
                                        live,
                                        p ->
                                                hash.equals(
                                                        p.metadata()
                                                                .labels()
                                                                .get(DaemonPlan.HASH))))
                        .build();
        if (!status.equals(set.status())) {
            client.resource(Resources.DAEMON_SETS)
                    .updateStatus(set.toBuilder().status(status).build());
        }
    }

    private static int count(List<Pod> pods, Predicate<Pod> which) {
        return (int) pods.stream().filter(which).count();
    }
}
