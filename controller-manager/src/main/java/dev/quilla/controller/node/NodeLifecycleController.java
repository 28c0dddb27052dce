package dev.quilla.controller.node;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.coordination.v1.Lease;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeCondition;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.core.v1.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notices nodes that no longer renew their lease: says so in their conditions, taints them, takes
 * their pods out of service, and evicts pods that do not tolerate it any longer.
 *
 * <p>A lease counts from when this controller saw it change, not from the time written in it, so
 * that a clock that is off, or a leader that has just been stalled, declares nobody lost.
 */
public final class NodeLifecycleController implements Controller {

    private static final Duration GRACE = Duration.ofSeconds(25);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String NOT_READY = "node.kubernetes.io/not-ready";

    private record Seen(String version, Instant at) {}

    private final ApiClient client;
    private final Informer<Node> nodes;
    private final Informer<Lease> leases;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    /** Works through a client and shared informers. */
    public NodeLifecycleController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.nodes = informers.of(Resources.NODES);
        this.leases = informers.of(Resources.LEASES);
        this.pods = informers.of(Resources.PODS);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "nodelifecycle";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(nodes),
                Trigger.on(leases, l -> List.of(ObjectKey.cluster(l.name()))));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Node> found = nodes.get(key);
        if (found.isEmpty()) {
            seen.remove(key.name());
            return Outcome.DONE;
        }
        Node node = found.get();
        Instant now = clock.instant();
        String version =
                leases.get(new ObjectKey("kube-node-lease", key.name()))
                        .map(Lease::resourceVersion)
                        .orElse("");
        Seen last =
                seen.compute(
                        key.name(),
                        (n, s) ->
                                s == null || !s.version().equals(version)
                                        ? new Seen(version, now)
                                        : s);
        boolean lost = Duration.between(last.at(), now).compareTo(GRACE) > 0;
        String ready = lost ? "Unknown" : readiness(node);
        if (lost && !readiness(node).equals("Unknown")) {
            node = declareLost(node, now);
        }
        taint(node, ready);
        if (!ready.equals("True")) {
            Node current = node;
            pods.all()
                    .filter(p -> p.spec().nodeName().equals(current.name()))
                    .toList()
                    .forEach(p -> outOfService(current, p, now));
        }
        return new Outcome.After(LOOK);
    }

    private static String readiness(Node node) {
        return node.status().conditions().stream()
                .filter(c -> c.type().equals("Ready"))
                .map(NodeCondition::status)
                .findFirst()
                .orElse("False");
    }

    private Node declareLost(Node node, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.SECONDS);
        List<NodeCondition> conditions =
                node.status().conditions().stream()
                        .map(c ->
                                c.toBuilder()
                                        .status("Unknown")
                                        .reason("NodeStatusUnknown")
                                        .message("Kubelet stopped posting node status.")
                                        .lastTransitionTime(time)
                                        .build())
                        .toList();
        events.record(
                node,
                EventType.NORMAL,
                "NodeNotReady",
                "Node " + node.name() + " status is now: NodeNotReady");
        return client.resource(Resources.NODES)
                .updateStatus(node.toBuilder().status(s -> s.conditions(conditions)).build());
    }

    private void taint(Node node, String ready) {
        List<Taint> others =
                node.spec().taints().stream()
                        .filter(t -> !t.key().equals(UNREACHABLE) && !t.key().equals(NOT_READY))
                        .toList();
        List<Taint> wanted = new ArrayList<>(others);
        if (!ready.equals("True")) {
            String key = ready.equals("Unknown") ? UNREACHABLE : NOT_READY;
            for (String effect : List.of("NoSchedule", "NoExecute")) {
                wanted.add(
                        node.spec().taints().stream()
                                .filter(t -> t.key().equals(key) && t.effect().equals(effect))
                                .findFirst()
                                .orElseGet(() -> newTaint(key, effect)));
            }
        }
        if (!wanted.equals(node.spec().taints())) {
            client.resource(Resources.NODES)
                    .update(
                            node.toBuilder()
                                    .spec(s ->
                                            wanted.isEmpty() ? s.clearTaints() : s.taints(wanted))
                                    .build());
        }
    }

    private Taint newTaint(String key, String effect) {
        return Taint.builder()
                .key(key)
                .effect(effect)
                .timeAdded(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                .build();
    }

    private void outOfService(Node node, Pod pod, Instant now) {
        if (Pods.isReady(pod) && readiness(node).equals("Unknown")) {
            List<PodCondition> conditions =
                    pod.status().conditions().stream()
                            .map(c ->
                                    c.type().equals("Ready")
                                            ? c.toBuilder()
                                                    .status("False")
                                                    .reason("NodeNotReady")
                                                    .lastTransitionTime(
                                                            now.truncatedTo(ChronoUnit.SECONDS))
                                                    .build()
                                            : c)
                            .toList();
            client.resource(Resources.PODS)
                    .updateStatus(pod.toBuilder().status(s -> s.conditions(conditions)).build());
        }
        boolean evicts =
                node.spec().taints().stream()
                        .filter(t -> t.effect().equals("NoExecute"))
                        .anyMatch(t -> isOverdue(pod, t, now));
        if (evicts && !pod.metadata().hasDeletionTimestamp()) {
            events.record(
                    pod,
                    EventType.NORMAL,
                    "TaintManagerEviction",
                    "Marking for deletion Pod " + pod.key());
            try {
                client.resource(Resources.PODS).delete(pod.key());
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
    }

    private static boolean isOverdue(Pod pod, Taint taint, Instant now) {
        Instant since = taint.timeAdded().orElse(now);
        for (Toleration toleration : pod.spec().tolerations()) {
            boolean fits =
                    (toleration.key().isEmpty() || toleration.key().equals(taint.key()))
                            && (toleration.effect().isEmpty()
                                    || toleration.effect().equals(taint.effect()));
            if (fits) {
                return toleration.hasTolerationSeconds()
                        && Duration.between(since, now).toSeconds()
                                >= toleration.tolerationSeconds();
            }
        }
        return true;
    }
}
