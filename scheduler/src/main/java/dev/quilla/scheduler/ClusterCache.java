package dev.quilla.scheduler;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the scheduler knows of nodes and of the pods placed on them. Pods that it has just placed
 * are <em>assumed</em>: they count on their node before the API says so.
 *
 * <p>Thread-safe: informers write, the scheduling loop takes snapshots.
 */
final class ClusterCache {

    private record Placed(PodInfo pod, String node) {}

    private final Map<ObjectKey, Placed> placed = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    private final Map<ObjectKey, ClusterSnapshot.Nominated> nominated = new LinkedHashMap<>();
    private final Map<ObjectKey, Budget> budgets = new HashMap<>();
    private NodeTable nodes = NodeTable.EMPTY;
    private Optional<ClusterSnapshot> current = Optional.empty();

    synchronized void nodeChanged(Node node) {
        nodes =
                nodes.with(
                        nodes.find(node.name())
                                .map(before -> before.with(node))
                                .orElseGet(() -> NodeInfo.of(node, podsOn(node.name()))));
        changed();
    }

    synchronized void nodeGone(String name) {
        nodes = nodes.without(name);
        changed();
    }

    /** A pod has a node, by the API's word or by our own decision. */
    synchronized void place(PodInfo pod, String node) {
        remove(pod.key());
        nominated.remove(pod.key());
        placed.put(pod.key(), new Placed(pod, node));
        nodes.find(node).ifPresent(info -> nodes = nodes.with(info.with(pod)));
        changed();
    }

    /** A pod is promised a node, once others have left it. */
    synchronized void nominate(PodInfo pod, String node) {
        nominated.put(pod.key(), new ClusterSnapshot.Nominated(pod, node));
        changed();
    }

    /** A pod ended, is gone, or could not be bound. */
    synchronized void podGone(ObjectKey key) {
        boolean wasNominated = nominated.remove(key) != null;
        if (remove(key) || wasNominated) {
            changed();
        }
    }

    /** Takes an assumption back, unless the API has said otherwise meanwhile. */
    synchronized void forget(PodInfo pod) {
        Placed known = placed.get(pod.key());
        if (known != null && known.pod().equals(pod)) {
            podGone(pod.key());
        }
    }

    synchronized boolean isPlaced(ObjectKey key) {
        return placed.containsKey(key);
    }

    synchronized void namespaceChanged(String name, Map<String, String> labels) {
        namespaces.put(name, Map.copyOf(labels));
        changed();
    }

    synchronized void namespaceGone(String name) {
        namespaces.remove(name);
        changed();
    }

    synchronized void budgetChanged(PodDisruptionBudget budget) {
        budgets.put(budget.key(), Budget.of(budget));
        changed();
    }

    synchronized void budgetGone(ObjectKey key) {
        budgets.remove(key);
        changed();
    }

    synchronized ClusterSnapshot snapshot() {
        return current.orElseGet(() -> {
            ClusterSnapshot snapshot =
                    new ClusterSnapshot(
                            nodes,
                            namespaces,
                            List.copyOf(nominated.values()),
                            List.copyOf(budgets.values()));
            current = Optional.of(snapshot);
            return snapshot;
        });
    }

    /** Whether a pod holds anything on its node. */
    static boolean holdsNode(Pod pod) {
        String phase = pod.status().phase();
        return !pod.spec().nodeName().isEmpty()
                && !phase.equals("Succeeded")
                && !phase.equals("Failed");
    }

    private boolean remove(ObjectKey key) {
        Placed before = placed.remove(key);
        if (before == null) {
            return false;
        }
        nodes.find(before.node())
                .ifPresent(info -> nodes = nodes.with(info.without(Set.of(before.pod().uid()))));
        return true;
    }

    private List<PodInfo> podsOn(String node) {
        return placed.values().stream()
                .filter(p -> p.node().equals(node))
                .map(Placed::pod)
                .toList();
    }

    private void changed() {
        current = Optional.empty();
    }
}
