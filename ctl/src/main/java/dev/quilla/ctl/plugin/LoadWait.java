package dev.quilla.ctl.plugin;

import dev.quilla.client.ListOptions;
import dev.quilla.client.ResourceClient;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchStream;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Waits until the nodes have loaded a plugin, and tells of the progress. */
final class LoadWait {

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int WATCH_SECONDS = 300;

    private final Cluster cluster;
    private final PrintStream err;
    private int said = -1;

    LoadWait(Cluster cluster, PrintStream err) {
        this.cluster = cluster;
        this.err = err;
    }

    /**
     * Waits.
     *
     * @param before what hosts had said before the change
     * @throws CommandException if a node can't load it, or it takes too long; says which, and why
     */
    Plugin await(String name, List<PluginNodeStatus> before, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        ResourceClient<Plugin> plugins = cluster.client().resource(Resources.PLUGINS);
        while (true) {
            Plugin plugin = plugins.get(ObjectKey.cluster(name));
            LoadProgress progress = LoadProgress.of(plugin, nodes(plugin), before);
            tell(progress);
            if (!progress.failures().isEmpty()) {
                throw new CommandException(
                        "plugin %s %s can't be loaded by %s"
                                .formatted(
                                        name,
                                        plugin.spec().version(),
                                        String.join("; ", progress.failures())));
            }
            if (progress.complete()) {
                return plugin;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw late(name, progress, timeout);
            }
            awaitChange(plugins, plugin);
        }
    }

    private static CommandException late(String name, LoadProgress progress, Duration timeout) {
        return new CommandException(
                "plugin %s is not loaded after %d s by the %s: see quilla plugin describe %s"
                        .formatted(
                                name,
                                timeout.toSeconds(),
                                String.join(", ", progress.missing()),
                                name));
    }

    private void tell(LoadProgress progress) {
        if (progress.loaded() != said && !progress.missing().isEmpty()) {
            said = progress.loaded();
            err.println(
                    "loaded in %d places, waiting for the %s"
                            .formatted(said, String.join(", ", progress.missing())));
        }
    }

    private List<String> nodes(Plugin plugin) {
        Map<String, String> wanted = plugin.spec().nodeSelector();
        return cluster.client().resource(Resources.NODES).list(ListOptions.ALL).stream()
                .filter(LoadWait::isReady)
                .filter(n -> n.metadata().labels().entrySet().containsAll(wanted.entrySet()))
                .map(Node::name)
                .toList();
    }

    private static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
    }

    /** Looks again soon even without news: nodes come and go. */
    private static void awaitChange(ResourceClient<Plugin> plugins, Plugin seen) {
        ListOptions from =
                ListOptions.byField("metadata.name=" + seen.name())
                        .withResourceVersion(seen.resourceVersion(), "");
        try (WatchStream watch = plugins.watch(from, WATCH_SECONDS)) {
            watch.next(LOOK);
        } catch (WatchEndedException e) {
            // Looks again anyway.
            return;
        }
    }
}
