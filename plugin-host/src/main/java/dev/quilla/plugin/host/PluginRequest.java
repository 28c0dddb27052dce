package dev.quilla.plugin.host;

import dev.quilla.plugin.PluginContext.Component;
import java.nio.file.Path;
import java.util.Map;

/**
 * What is to be loaded, and what the plugin is told.
 *
 * @param name under which it appears
 * @param expectedId what the JAR must call itself; empty where anything will do
 */
record PluginRequest(
        String name,
        String expectedId,
        Path jar,
        boolean bundled,
        boolean joinsDefaultProfile,
        Component component,
        String nodeName,
        Map<String, String> config) {

    Origin origin() {
        return new Origin(name, bundled, joinsDefaultProfile);
    }
}
