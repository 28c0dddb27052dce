package dev.quilla.ctl.plugin;

import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How far the nodes are with a plugin.
 *
 * @param failures of nodes that can't load it, with the reason
 * @param missing places that have not said anything final
 * @param loaded how many have it
 */
record LoadProgress(List<String> failures, Set<String> missing, int loaded) {

    private static final String SCHEDULER = "scheduler";

    LoadProgress {
        failures = List.copyOf(failures);
        missing = new LinkedHashSet<>(missing);
    }

    /**
     * Looks at what the hosts reported.
     *
     * @param nodes whose kubelets and proxies are to load it
     * @param before what hosts said of the version before: no news
     */
    static LoadProgress of(Plugin plugin, List<String> nodes, List<PluginNodeStatus> before) {
        Set<String> missing = expected(plugin, nodes);
        List<String> failures = new ArrayList<>();
        int loaded = 0;
        for (PluginNodeStatus status : plugin.status().nodes()) {
            String place =
                    status.component().equals(SCHEDULER)
                            ? SCHEDULER
                            : place(status.component(), status.node());
            boolean current = status.version().equals(plugin.spec().version());
            if (status.state().equals("Loaded") && current) {
                loaded++;
                missing.remove(place);
            } else if (status.state().equals("Failed") && !before.contains(status)) {
                failures.add(place(status.component(), status.node()) + ": " + status.message());
            }
        }
        return new LoadProgress(failures, missing, loaded);
    }

    /** Every node's kubelet and proxy, and one scheduler: only the leader's runs. */
    private static Set<String> expected(Plugin plugin, List<String> nodes) {
        List<String> components = plugin.spec().components();
        Set<String> places = new LinkedHashSet<>();
        for (String component : List.of(SCHEDULER, "kubelet", "proxy")) {
            if (!components.isEmpty() && !components.contains(component)) {
                continue;
            }
            if (component.equals(SCHEDULER)) {
                if (plugin.spec().nodeSelector().isEmpty()) {
                    places.add(SCHEDULER);
                }
            } else {
                nodes.forEach(node -> places.add(place(component, node)));
            }
        }
        return places;
    }

    private static String place(String component, String node) {
        return component + " of " + node;
    }

    /** Whether there is nothing more to wait for. */
    boolean complete() {
        return missing.isEmpty() && failures.isEmpty();
    }
}
