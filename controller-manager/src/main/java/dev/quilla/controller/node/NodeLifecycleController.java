package dev.quilla.controller.node;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.coordination.v1.Lease;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeCondition;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.Taint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Notices nodes that no longer renew their lease: says so in their conditions, taints them, and
 * takes their pods out of service. {@link TaintEvictionController} removes those pods.
 *
 * <p>A lease counts from when this controller saw it change, not from the time written in it, and
 * only while this controller itself has looked on regularly: a clock that is off, a leader that is
 * new or a machine that was stalled declares nobody lost.
 */
public final class NodeLifecycleController implements Controller {

    static final Duration GRACE = Duration.ofSeconds(25);
    static final Duration LOOK = Duration.ofSeconds(5);

    /** What every node says of itself, and is unknown of one that has never said anything. */
    private static final List<String> TOLD_BY_NODES =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    /** Whoever has not looked for so long was stalled, and so may have been the nodes. */
    private static final Duration STALLED = LOOK.multipliedBy(3);

    /** A version of a lease, since when it counts, and when it was last looked at. */
    private record Seen(String version, Instant since, Instant looked) {

        Seen again(String current, Instant now) {
            boolean stalled = Duration.between(looked, now).compareTo(STALLED) > 0;
            return new Seen(current, stalled || !current.equals(version) ? now : since, now);
        }
    }

    private final ApiClient client;
    private final Informer<Node> nodes;
    private final Informer<Lease> leases;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;
    private final EvictionLimit limit = new EvictionLimit();
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    /** Works through a client and shared informers. */
    public NodeLifecycleController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.nodes = informers.of(Resources.NODES);
        this.leases = informers.of(Resources.LEASES);
        this.pods = informers.of(Resources.PODS);
        this.pods.addIndex(Pods.BY_NODE);
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
        if (isLost(node, now) && !NodeTaints.readiness(node).equals("Unknown")) {
            node = declareLost(node, now);
        }
        boolean mayEvict = mayEvict(node, now);
        taint(node, mayEvict, now);
        if (NodeTaints.readiness(node).equals("Unknown")) {
            pods.byIndex(Pods.BY_NODE, node.name())
                    .filter(Pods::isReady)
                    .toList()
                    .forEach(this::outOfService);
        }
        return new Outcome.After(LOOK);
    }

    private boolean isLost(Node node, Instant now) {
        String version =
                leases.get(new ObjectKey("kube-node-lease", node.name()))
                        .map(Lease::resourceVersion)
                        .orElse("");
        Seen last =
                seen.compute(
                        node.name(),
                        (name, before) ->
                                before == null
                                        ? new Seen(version, now, now)
                                        : before.again(version, now));
        return Duration.between(last.since(), now).compareTo(GRACE) > 0;
    }

    private boolean mayEvict(Node node, Instant now) {
        if (NodeTaints.isReady(node) || EvictionLimit.isDisrupted(nodes.all().toList())) {
            return false;
        }
        return NodeTaints.evicts(node) || limit.mayStart(now);
    }

    private Node declareLost(Node node, Instant now) {
        List<NodeCondition> conditions = new ArrayList<>();
        node.status().conditions().forEach(c -> conditions.add(unknown(c, now)));
        Set<String> told = conditions.stream().map(NodeCondition::type).collect(Collectors.toSet());
        TOLD_BY_NODES.stream()
                .filter(type -> !told.contains(type))
                .forEach(type -> conditions.add(neverTold(node, type, now)));
        if (NodeTaints.isReady(node)) {
            events.record(
                    node,
                    EventType.NORMAL,
                    "NodeNotReady",
                    "Node " + node.name() + " status is now: NodeNotReady");
        }
        return client.resource(Resources.NODES)
                .updateStatus(node.toBuilder().status(s -> s.conditions(conditions)).build());
    }

    private static NodeCondition neverTold(Node node, String type, Instant now) {
        NodeCondition.Builder condition =
                NodeCondition.builder()
                        .type(type)
                        .status("Unknown")
                        .reason("NodeStatusNeverUpdated")
                        .message("Kubelet never posted node status.")
                        .lastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS));
        node.metadata().creationTimestamp().ifPresent(condition::lastHeartbeatTime);
        return condition.build();
    }

    private static NodeCondition unknown(NodeCondition condition, Instant now) {
        return condition.toBuilder()
                .status("Unknown")
                .reason("NodeStatusUnknown")
                .message("Kubelet stopped posting node status.")
                .lastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS))
                .build();
    }

    private void taint(Node node, boolean evicts, Instant now) {
        List<Taint> wanted = NodeTaints.wanted(node, evicts, now);
        if (!wanted.equals(node.spec().taints())) {
            client.resource(Resources.NODES)
                    .update(
                            node.toBuilder()
                                    .spec(s ->
                                            wanted.isEmpty() ? s.clearTaints() : s.taints(wanted))
                                    .build());
        }
    }

    /** Nobody knows whether the pod serves, so services no longer lead to it. */
    private void outOfService(Pod pod) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<PodCondition> conditions =
                pod.status().conditions().stream()
                        .map(c -> c.type().equals("Ready") ? notReady(c, now) : c)
                        .toList();
        events.record(pod, EventType.WARNING, "NodeNotReady", "Node is not ready");
        client.resource(Resources.PODS)
                .updateStatus(pod.toBuilder().status(s -> s.conditions(conditions)).build());
    }

    private static PodCondition notReady(PodCondition ready, Instant now) {
        return ready.toBuilder()
                .status("False")
                .reason("NodeNotReady")
                .lastTransitionTime(now)
                .build();
    }
}
