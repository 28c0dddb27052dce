package dev.quilla.plugin.host;

import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginSpec;
import java.util.Map;

/** All that decides how a plugin is loaded: while it stays the same, so does the plugin. */
record Recipe(
        String sha256,
        String pluginId,
        String version,
        Map<String, String> config,
        boolean joinsDefaultProfile) {

    static Recipe of(Plugin plugin) {
        PluginSpec spec = plugin.spec();
        return new Recipe(
                spec.artifact().sha256(),
                spec.pluginId(),
                spec.version(),
                Map.copyOf(spec.config()),
                !spec.hasJoinDefaultProfile() || spec.joinDefaultProfile());
    }
}
