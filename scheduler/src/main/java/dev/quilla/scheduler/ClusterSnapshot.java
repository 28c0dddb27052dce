package dev.quilla.scheduler;

import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cluster at one moment; immutable.
 *
 * @param nodesByName nodes in the order of their names
 * @param namespaces labels by namespace
 */
record ClusterSnapshot(
        Map<String, NodeInfo> nodesByName, Map<String, Map<String, String>> namespaces)
        implements ClusterView {

    ClusterSnapshot {
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
        return new ClusterSnapshot(nodes, namespaces);
    }
}
