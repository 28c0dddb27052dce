package dev.quilla.plugin.host;

import dev.quilla.client.Change;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.client.Subscription;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import java.util.Map;
import java.util.function.Supplier;

/** The labels of one node as they are now. Thread-safe. */
public final class NodeLabels implements Supplier<Map<String, String>> {

    private final String name;
    private final Informer<Node> nodes;

    /** Follows a node by informers that somebody else starts. */
    public NodeLabels(Informers informers, String name) {
        this.name = name;
        this.nodes = informers.of(Resources.NODES, ListOptions.byField("metadata.name=" + name));
    }

    /** The labels; none before the node is known. */
    @Override
    public Map<String, String> get() {
        return nodes.get(ObjectKey.cluster(name))
                .map(node -> node.metadata().labels())
                .orElse(Map.of());
    }

    /** Calls when the labels may have changed; on the informer's thread. */
    public Subscription onChange(Runnable listener) {
        return nodes.onChange(change -> {
            if (!(change instanceof Change.Updated<Node>(Node before, Node now))
                    || !before.metadata().labels().equals(now.metadata().labels())) {
                listener.run();
            }
        });
    }
}
