package dev.quilla.plugin;

import java.util.Map;
import org.slf4j.Logger;

/**
 * What a plugin may know of the place it was loaded in.
 *
 * @param pluginId the identity in the JAR's manifest
 * @param component the process that loads it
 * @param nodeName the worker's node, or the master's name where the scheduler loads it
 * @param config the {@code spec.config} of the {@code Plugin} object; never changes while loaded
 * @param logger writes to the host's log under the plugin's name
 */
public record PluginContext(
        String pluginId,
        Component component,
        String nodeName,
        Map<String, String> config,
        Logger logger) {

    public PluginContext {
        config = Map.copyOf(config);
    }

    /** The processes that load plugins. */
    public enum Component {
        SCHEDULER,
        KUBELET,
        PROXY
    }
}
