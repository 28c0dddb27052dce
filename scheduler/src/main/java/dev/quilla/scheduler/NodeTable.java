package dev.quilla.scheduler;

import dev.quilla.plugin.NodeView;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All nodes in the order of their names; immutable. A node that has not changed is the same object
 * from table to table, mostly at the same place: who keeps something of each node compares
 * identities. Changing one node copies references only.
 */
final class NodeTable {

    static final NodeTable EMPTY = new NodeTable(new NodeInfo[0]);

    private final NodeInfo[] nodes;

    private NodeTable(NodeInfo[] nodes) {
        this.nodes = nodes;
    }

    static NodeTable of(List<NodeInfo> nodes) {
        return new NodeTable(
                nodes.stream()
                        .sorted(Comparator.comparing(NodeInfo::name))
                        .toArray(NodeInfo[]::new));
    }

    int size() {
        return nodes.length;
    }

    NodeInfo get(int place) {
        return nodes[place];
    }

    Optional<NodeInfo> find(String name) {
        int place = place(name);
        return place < 0 ? Optional.empty() : Optional.of(nodes[place]);
    }

    /** Where a node is; where it would be, as -1 - place, if it is not there. */
    private int place(String name) {
        int low = 0;
        int high = nodes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = nodes[middle].name().compareTo(name);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /** These nodes with one more, or with one as it is now. */
    NodeTable with(NodeInfo node) {
        int place = place(node.name());
        NodeInfo[] changed;
        if (place >= 0) {
            changed = nodes.clone();
            changed[place] = node;
        } else {
            int at = -1 - place;
            changed = Arrays.copyOf(nodes, nodes.length + 1);
            System.arraycopy(nodes, at, changed, at + 1, nodes.length - at);
            changed[at] = node;
        }
        return new NodeTable(changed);
    }

    NodeTable without(String name) {
        int place = place(name);
        if (place < 0) {
            return this;
        }
        NodeInfo[] changed = Arrays.copyOf(nodes, nodes.length - 1);
        System.arraycopy(nodes, place + 1, changed, place, changed.length - place);
        return new NodeTable(changed);
    }

    List<NodeView> views() {
        return Collections.unmodifiableList(Arrays.<NodeView>asList(nodes));
    }
}
