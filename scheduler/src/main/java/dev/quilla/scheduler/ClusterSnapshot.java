package dev.quilla.scheduler;

import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cluster at one moment; immutable.
 *
 * @param nodesByName nodes in the order of their names
 * @param namespaces labels by namespace
 * @param nominated pods that wait for others to leave the node that they were promised
 */
record ClusterSnapshot(
        Map<String, NodeInfo> nodesByName,
        Map<String, Map<String, String>> namespaces,
        List<Nominated> nominated)
        implements ClusterView {

    /** A pod, and the node where pods of lower priority make room for it. */
    record Nominated(PodInfo pod, String node) {}

    ClusterSnapshot(
            Map<String, NodeInfo> nodesByName, Map<String, Map<String, String>> namespaces) {
        this(nodesByName, namespaces, List.of());
    }

    ClusterSnapshot {
        nominated = List.copyOf(nominated);
        nodesByName = Collections.unmodifiableMap(new LinkedHashMap<>(nodesByName));
        namespaces = Map.copyOf(namespaces);
    }

    @Override
    public Collection<NodeView> nodes() {
        return Collections.unmodifiableCollection(nodesByName.values());
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** The same cluster with one node as it would be. */
    ClusterSnapshot with(NodeInfo changed) {
        Map<String, NodeInfo> nodes = new LinkedHashMap<>(nodesByName);
        nodes.put(changed.name(), changed);
        return new ClusterSnapshot(nodes, namespaces, nominated);
    }

    /** The cluster as a pod finds it: with those that are promised room and come before it. */
    ClusterSnapshot withNominated(PodInfo pod) {
        ClusterSnapshot seen = this;
        for (Nominated other : nominated) {
            NodeInfo node = seen.nodesByName.get(other.node());
            boolean first = other.pod().priority() >= pod.priority();
            if (node != null && first && !other.pod().uid().equals(pod.uid())) {
                seen = seen.with(node.with(other.pod()));
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
