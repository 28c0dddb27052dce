package dev.quilla.scheduler.plugins;

import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a policy computed of each node, for the shapes of pods that it saw last: computed again only
 * of nodes that have changed. A node is unchanged when it is the same object at the same place.
 * Nobody can tell it from computing everything each time. Thread-safe.
 *
 * @param <V> what is computed of a node; immutable
 */
final class NodeMemo<V> {

    private static final int SHAPES_MAX = 16;

    private final Predicate<V> lasting;
    private final Map<Object, Kept<V>> byShape =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Object, Kept<V>> eldest) {
                    return size() > SHAPES_MAX;
                }
            };

    /**
     * Remembers.
     *
     * @param lasting whether a value depends on no more than the shape and the node
     */
    NodeMemo(Predicate<V> lasting) {
        this.lasting = lasting;
    }

    /** Values by place; the node is missing where the value may not be used again. */
    private record Kept<V>(List<Optional<NodeView>> nodes, List<V> values) {

        @SuppressWarnings("ReferenceEquality") // Views are immutable: the same one says the same.
        boolean isOf(int place, NodeView node) {
            return place < nodes.size() && nodes.get(place).orElse(null) == node;
        }
    }

    /**
     * The values of all nodes, in the order of the nodes.
     *
     * @param shape all that the value depends on but for the node
     */
    synchronized List<V> of(Object shape, ClusterView cluster, Function<NodeView, V> compute) {
        Kept<V> before = byShape.getOrDefault(shape, new Kept<>(List.of(), List.of()));
        int count = cluster.nodes().size();
        List<Optional<NodeView>> nodes = new ArrayList<>(count);
        List<V> values = new ArrayList<>(count);
        for (NodeView node : cluster.nodes()) {
            int place = values.size();
            if (before.isOf(place, node)) {
                nodes.add(before.nodes().get(place));
                values.add(before.values().get(place));
            } else {
                V value = compute.apply(node);
                nodes.add(lasting.test(value) ? Optional.of(node) : Optional.empty());
                values.add(value);
            }
        }
        byShape.put(shape, new Kept<>(nodes, values));
        return values;
    }
}
