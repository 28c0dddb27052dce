package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.health.Disruption;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Removes pods whose node is gone: no kubelet is left to end them. A node that registers again soon
 * keeps its pods. So it does with pods that are being deleted where people say by the taint {@code
 * node.kubernetes.io/out-of-service} that a lost node is switched off.
 */
public final class PodGarbageController implements Controller {

    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";
    private static final Duration QUARANTINE = Duration.ofSeconds(40);

    private final ApiClient client;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final InstantSource clock;

    /** Since when nodes that pods are bound to are missed. */
    private final Map<String, Instant> missed = new ConcurrentHashMap<>();

    /** Works through a client and shared informers. */
    public PodGarbageController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.pods = informers.of(Resources.PODS);
        this.pods.addIndex(Pods.BY_NODE);
        this.nodes = informers.of(Resources.NODES);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "podgc";
    }

    /** Keys are nodes. */
    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(nodes), Trigger.on(pods, p -> Pods.node(p).stream().toList()));
    }

    @Override
    public Outcome reconcile(ObjectKey node) {
        // Every change of a pod asks, and nearly always its node is there: so that is seen first.
        Optional<Node> there = nodes.get(node);
        if (there.isPresent() && !isGivenUp(there.get())) {
            missed.remove(node.name());
            return Outcome.DONE;
        }
        List<Pod> its = pods.byIndex(Pods.BY_NODE, node.name()).toList();
        if (its.isEmpty() || there.isPresent()) {
            missed.remove(node.name());
            its.stream().filter(p -> p.metadata().hasDeletionTimestamp()).forEach(this::remove);
            return Outcome.DONE;
        }
        Instant now = clock.instant();
        Instant end = missed.computeIfAbsent(node.name(), n -> now).plus(QUARANTINE);
        if (end.isAfter(now)) {
            return new Outcome.After(Duration.between(now, end));
        }
        if (client.resource(Resources.NODES).find(node).isEmpty()) {
            its.forEach(this::fail);
        }
        return Outcome.DONE;
    }

    /** Whether people say that a node that is not ready is switched off, and its pods with it. */
    private static boolean isGivenUp(Node node) {
        return node.spec().taints().stream().anyMatch(t -> t.key().equals(OUT_OF_SERVICE))
                && node.status().conditions().stream()
                        .noneMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
    }

    /**
     * Nobody is left to say how the pod ended: it has failed, and says why, so that its job can
     * tell this failure from one of its own.
     */
    private void fail(Pod pod) {
        byte[] failed = Disruption.NODE_GONE.patch(pod, clock.instant(), "Failed");
        unlessGone(() -> {
            if (!Pods.isOver(pod)) {
                client.resource(Resources.PODS).patchStatus(pod.key(), PatchType.STRATEGIC, failed);
            }
        });
        remove(pod);
    }

    private void remove(Pod pod) {
        unlessGone(() ->
                client.resource(Resources.PODS)
                        .delete(
                                pod.key(),
                                DeleteOptions.builder()
                                        .gracePeriodSeconds(0)
                                        .preconditions(p -> p.uid(pod.uid()))
                                        .build()));
    }

    /** Another pod may have its name by now. */
    private static void unlessGone(Runnable change) {
        try {
            change.run();
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }
}
