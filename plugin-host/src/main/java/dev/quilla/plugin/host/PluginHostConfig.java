package dev.quilla.plugin.host;

import dev.quilla.plugin.PluginContext.Component;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where plugins are loaded.
 *
 * @param component which process this is; a plugin may be meant for others only
 * @param nodeName the worker's node, or the master's name
 * @param nodeLabels the node's labels as they are now, for node selectors; after a change call
 *     {@link PluginHost#nodeChanged}
 * @param directory where JARs are kept; made where absent, may be shared with other hosts
 * @param bundled what belongs to Quilla itself, loaded before all others
 * @param openTimeout how long a plugin may take to come up
 */
public record PluginHostConfig(
        Component component,
        String nodeName,
        Supplier<Map<String, String>> nodeLabels,
        Path directory,
        List<BundledPlugin> bundled,
        Duration openTimeout) {

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

    public PluginHostConfig {
        bundled = List.copyOf(bundled);
    }

    /** The usual time-out. */
    public PluginHostConfig(
            Component component,
            String nodeName,
            Supplier<Map<String, String>> nodeLabels,
            Path directory,
            List<BundledPlugin> bundled) {
        this(component, nodeName, nodeLabels, directory, bundled, OPEN_TIMEOUT);
    }

    /** The component as the API spells it. */
    String componentName() {
        return component.name().toLowerCase(Locale.ROOT);
    }
}
