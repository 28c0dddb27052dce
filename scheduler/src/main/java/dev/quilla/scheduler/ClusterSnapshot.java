package dev.quilla.scheduler;

import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster at one moment; immutable.
 *
 * @param table the nodes
 * @param namespaces labels by namespace
 * @param nominated pods that wait for others to leave the node that they were promised
 * @param budgets how many pods may be disturbed
 */
record ClusterSnapshot(
        NodeTable table,
        Map<String, Map<String, String>> namespaces,
        List<Nominated> nominated,
        List<Budget> budgets)
        implements ClusterView {

    /** A pod, and the node where pods of lower priority make room for it. */
    record Nominated(PodInfo pod, String node) {}

    ClusterSnapshot {
        nominated = List.copyOf(nominated);
        budgets = List.copyOf(budgets);
        namespaces = Map.copyOf(namespaces);
    }

    @Override
    public Collection<NodeView> nodes() {
        return table.views();
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** The same cluster with one node as it would be. */
    ClusterSnapshot with(NodeInfo changed) {
        return new ClusterSnapshot(table.with(changed), namespaces, nominated, budgets);
    }

    /** The cluster as a pod finds it: with those that are promised room and come before it. */
    ClusterSnapshot withNominated(PodInfo pod) {
        ClusterSnapshot seen = this;
        for (Nominated other : nominated) {
            Optional<NodeInfo> node = seen.table.find(other.node());
            boolean first = other.pod().priority() >= pod.priority();
            if (node.isPresent() && first && !other.pod().uid().equals(pod.uid())) {
                seen = seen.with(node.get().with(other.pod()));
            }
        }
        return seen;
    }

    /** The node that a pod was promised, or nothing. */
    String nominatedNode(PodInfo pod) {
        return nominated.stream()
                .filter(n -> n.pod().uid().equals(pod.uid()))
                .map(Nominated::node)
                .findFirst()
                .orElseGet(() -> pod.pod().status().nominatedNodeName());
    }
}
