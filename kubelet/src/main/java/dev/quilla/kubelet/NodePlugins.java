package dev.quilla.kubelet;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informers;
import dev.quilla.plugin.PluginContext.Component;
import dev.quilla.plugin.host.NodeLabels;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.PluginHostConfig;
import java.nio.file.Path;
import java.util.List;

/** The plugins that this node's kubelet uses, as the cluster and the node's labels say. */
final class NodePlugins implements AutoCloseable {

    private final Informers informers;
    private final NodeLabels labels;
    private final PluginHost host;

    /**
     * Follows the cluster as a node.
     *
     * @param directory where JARs are kept
     */
    NodePlugins(ApiClient client, String node, Path directory) {
        this.informers = new Informers(client);
        this.labels = new NodeLabels(informers, node);
        this.host =
                new PluginHost(
                        new PluginHostConfig(Component.KUBELET, node, labels, directory, List.of()),
                        client,
                        informers);
    }

    void start() {
        host.start();
        labels.onChange(host::nodeChanged);
        informers.start();
    }

    PluginHost host() {
        return host;
    }

    @Override
    public void close() {
        host.close();
        informers.close();
    }
}
