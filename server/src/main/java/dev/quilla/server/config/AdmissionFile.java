package dev.quilla.server.config;

import dev.quilla.apiserver.admission.PodSecuritySettings;
import dev.quilla.model.validation.Names;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An {@code AdmissionConfiguration} of {@code apiserver.config.k8s.io/v1}. Of the plugins that it
 * may configure there is one here, {@code PodSecurity}; the others have nothing to be told.
 */
final class AdmissionFile {

    private static final String PLUGIN = "PodSecurity";

    private AdmissionFile() {}

    /** Reads the section {@code admission} of a master's file. */
    static PodSecuritySettings of(ConfigSection root) {
        return root.sectionIfPresent("admission")
                .map(section -> read(section.path("configFile")))
                .orElse(PodSecuritySettings.NONE);
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    static PodSecuritySettings read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        check(root, "apiserver.config.k8s.io/v1", "AdmissionConfiguration");
        List<PodSecuritySettings> plugins = root.sections("plugins", AdmissionFile::plugin);
        if (plugins.size() > 1) {
            root.error("plugins", "names " + PLUGIN + " twice");
        }
        root.finish();
        return plugins.isEmpty() ? PodSecuritySettings.NONE : plugins.getFirst();
    }

    private static void check(ConfigSection section, String apiVersion, String kind) {
        if (!section.string("apiVersion").equals(apiVersion)) {
            section.error("apiVersion", "must be " + apiVersion);
        }
        if (!section.string("kind").equals(kind)) {
            section.error("kind", "must be " + kind);
        }
    }

    private static PodSecuritySettings plugin(ConfigSection section) {
        if (!section.string("name").equals(PLUGIN)) {
            section.error("name", "must be " + PLUGIN + ": others can't be configured");
        }
        if (!section.has("path")) {
            return settings(section.section("configuration"));
        }
        ConfigSection other = ConfigSection.read(section.path("path"));
        PodSecuritySettings settings = settings(other);
        other.finish();
        return settings;
    }

    private static PodSecuritySettings settings(ConfigSection section) {
        check(section, "pod-security.admission.config.k8s.io/v1", "PodSecurityConfiguration");
        Optional<ConfigSection> exemptions = section.sectionIfPresent("exemptions");
        return new PodSecuritySettings(
                section.sectionIfPresent("defaults").map(AdmissionFile::defaults).orElse(Map.of()),
                names(exemptions, "usernames", AdmissionFile::user),
                names(exemptions, "runtimeClasses", Names::subdomain),
                names(exemptions, "namespaces", Names::label));
    }

    private static Map<String, String> defaults(ConfigSection section) {
        Map<String, String> defaults = new HashMap<>();
        for (String key : PodSecuritySettings.KEYS) {
            String value = section.string(key, "");
            if (value.isEmpty()) {
                continue;
            }
            if (PodSecuritySettings.isPossible(key, value)) {
                defaults.put(key, value);
            } else {
                section.error(
                        key,
                        key.endsWith("version")
                                ? "must be latest or as v1.36, is '" + value + "'"
                                : "must be privileged, baseline or restricted, is '" + value + "'");
            }
        }
        return defaults;
    }

    private static Optional<String> user(String name) {
        return name.isEmpty() ? Optional.of("must not be empty") : Optional.empty();
    }

    private static Set<String> names(
            Optional<ConfigSection> section, String key, Function<String, Optional<String>> rule) {
        Set<String> names = new HashSet<>();
        for (String name : section.map(s -> s.strings(key)).orElse(List.of())) {
            Optional<String> problem =
                    names.add(name) ? rule.apply(name) : Optional.of("is there twice");
            problem.ifPresent(p -> section.orElseThrow().error(key, "has '" + name + "': " + p));
        }
        return names;
    }
}
