package dev.quilla.server.config;

import dev.quilla.apiserver.audit.AuditLevel;
import dev.quilla.apiserver.audit.AuditPolicy;
import dev.quilla.apiserver.audit.AuditRule;
import dev.quilla.apiserver.audit.AuditStage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A {@code Policy} of {@code audit.k8s.io/v1}, with the checks that Kubernetes makes. */
final class AuditPolicyFile {

    private static final int RULES_MAX = 1_000;

    private AuditPolicyFile() {}

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    static AuditPolicy read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        expect(root, "apiVersion", "audit.k8s.io/v1");
        expect(root, "kind", "Policy");
        if (root.has("metadata")) {
            root.section("metadata").string("name", "");
        }
        AuditPolicy policy =
                new AuditPolicy(
                        root.sections("rules", AuditPolicyFile::rule),
                        stages(root),
                        root.flag("omitManagedFields", false));
        if (policy.rules().isEmpty() || policy.rules().size() > RULES_MAX) {
            root.error("rules", "must hold 1 to " + RULES_MAX + " rules");
        }
        root.finish();
        return policy;
    }

    private static void expect(ConfigSection root, String key, String value) {
        String found = root.string(key);
        if (!found.equals(value)) {
            root.error(key, "must be " + value + ", is '" + found + "'");
        }
    }

    private static AuditRule rule(ConfigSection section) {
        List<AuditRule.Resources> resources =
                section.sections("resources", AuditPolicyFile::resources);
        List<String> namespaces = section.strings("namespaces");
        List<String> urls = section.strings("nonResourceURLs");
        if (!urls.isEmpty() && !(resources.isEmpty() && namespaces.isEmpty())) {
            section.error(
                    "nonResourceURLs",
                    "can't stand beside resources or namespaces: make two rules of it");
        }
        for (String url : urls) {
            boolean good =
                    url.equals("*")
                            || (url.startsWith("/")
                                    && url.indexOf('*')
                                            == (url.endsWith("*") ? url.length() - 1 : -1));
            if (!good) {
                section.error(
                        "nonResourceURLs", "must begin with / and may end in *, is '" + url + "'");
            }
        }
        return new AuditRule(
                level(section),
                section.strings("users"),
                section.strings("userGroups"),
                section.strings("verbs"),
                resources,
                namespaces,
                urls,
                stages(section),
                section.has("omitManagedFields")
                        ? Optional.of(section.flag("omitManagedFields", false))
                        : Optional.empty());
    }

    private static AuditRule.Resources resources(ConfigSection section) {
        List<String> names = section.strings("resources");
        List<String> objects = section.strings("resourceNames");
        if (names.isEmpty() && !objects.isEmpty()) {
            section.error("resourceNames", "needs resources that the names are of");
        }
        return new AuditRule.Resources(section.string("group", ""), names, objects);
    }

    private static AuditLevel level(ConfigSection section) {
        String text = section.string("level");
        for (AuditLevel level : AuditLevel.values()) {
            if (level.text().equals(text)) {
                return level;
            }
        }
        section.error(
                "level",
                "must be "
                        + Arrays.stream(AuditLevel.values())
                                .map(AuditLevel::text)
                                .collect(Collectors.joining(", "))
                        + ", is '"
                        + text
                        + "'");
        return AuditLevel.NONE;
    }

    private static Set<AuditStage> stages(ConfigSection section) {
        Set<AuditStage> stages = EnumSet.noneOf(AuditStage.class);
        for (String text : section.strings("omitStages")) {
            Optional<AuditStage> stage =
                    Arrays.stream(AuditStage.values())
                            .filter(s -> s.text().equals(text))
                            .findFirst();
            stage.ifPresentOrElse(
                    stages::add, () -> section.error("omitStages", "has no stage '" + text + "'"));
        }
        return stages;
    }
}
