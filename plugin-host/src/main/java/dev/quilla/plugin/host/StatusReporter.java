package dev.quilla.plugin.host;

import dev.quilla.client.Backoff;
import dev.quilla.client.Pause;
import dev.quilla.client.ResourceClient;
import dev.quilla.model.ApiException;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.plugin.PluginContext.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Keeps one host's entry in {@code Plugin.status.nodes}. Writes only when the entry differs, and
 * leaves the others' entries as they are: hosts that write at once take turns by conflict.
 */
final class StatusReporter {

    private static final int TRIES_MAX = 8;
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(500));

    private final ResourceClient<Plugin> plugins;
    private final String node;
    private final String component;
    private final boolean single;
    private final Pause pause;
    private final RandomGenerator random;

    StatusReporter(
            ResourceClient<Plugin> plugins,
            String node,
            Component component,
            Pause pause,
            RandomGenerator random) {
        this.plugins = plugins;
        this.node = node;
        this.component = component.name().toLowerCase(Locale.ROOT);
        this.single = component == Component.SCHEDULER;
        this.pause = pause;
        this.random = random;
    }

    /** Makes the entry say this; empty removes it. */
    void report(Plugin seen, Optional<Report> report) throws InterruptedException {
        Plugin current = seen;
        for (int failures = 1; ; failures++) {
            List<PluginNodeStatus> nodes = merged(current.status().nodes(), report);
            if (nodes.equals(current.status().nodes())) {
                return;
            }
            try {
                plugins.updateStatus(current.toBuilder().status(s -> s.nodes(nodes)).build());
                return;
            } catch (ApiException e) {
                if (e.isNotFound()) {
                    return;
                }
                if (!e.isConflict() || failures == TRIES_MAX) {
                    throw e;
                }
            }
            pause.pause(BACKOFF.after(failures, random));
            Optional<Plugin> fresh = plugins.find(seen.key());
            if (fresh.isEmpty() || !fresh.get().uid().equals(seen.uid())) {
                return;
            }
            current = fresh.get();
        }
    }

    /** Only one scheduler runs: what another one said is of the past. */
    private boolean isReplaced(PluginNodeStatus entry) {
        return entry.component().equals(component) && (single || entry.node().equals(node));
    }

    private List<PluginNodeStatus> merged(List<PluginNodeStatus> all, Optional<Report> report) {
        List<PluginNodeStatus> nodes = new ArrayList<>(all);
        nodes.removeIf(this::isReplaced);
        report.ifPresent(r -> nodes.add(entry(r)));
        nodes.sort(
                Comparator.comparing(PluginNodeStatus::node)
                        .thenComparing(PluginNodeStatus::component));
        return nodes;
    }

    private PluginNodeStatus entry(Report report) {
        PluginNodeStatus.Builder entry =
                PluginNodeStatus.builder()
                        .node(node)
                        .component(component)
                        .state(report.state().toString());
        if (!report.message().isEmpty()) {
            entry.message(report.message());
        }
        if (!report.version().isEmpty()) {
            entry.version(report.version());
        }
        if (!report.extensions().isEmpty()) {
            entry.extensions(report.extensions());
        }
        return entry.build();
    }
}
