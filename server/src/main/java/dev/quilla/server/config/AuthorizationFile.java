package dev.quilla.server.config;

import dev.quilla.apiserver.auth.WebhookAuthorizer;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.validation.Names;
import dev.quilla.server.config.AuthorizationPlan.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An {@code AuthorizationConfiguration} of {@code apiserver.config.k8s.io/v1}. */
final class AuthorizationFile {

    private static final Set<String> VERSIONS =
            Set.of("apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1");
    private static final int AUTHORIZERS_MAX = 64;
    private static final int CONDITIONS_MAX = 64;
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(30);
    private static final Duration ALLOWED_FOR_USUAL = Duration.ofMinutes(5);
    private static final Duration OTHERWISE_FOR_USUAL = Duration.ofSeconds(30);

    private AuthorizationFile() {}

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    static AuthorizationPlan read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        if (!VERSIONS.contains(root.string("apiVersion"))) {
            root.error("apiVersion", "must be apiserver.config.k8s.io/v1");
        }
        if (!root.string("kind").equals("AuthorizationConfiguration")) {
            root.error("kind", "must be AuthorizationConfiguration");
        }
        Set<String> seen = new HashSet<>();
        List<Entry> entries =
                root.sections("authorizers", section -> entry(section, seen)).stream()
                        .flatMap(Optional::stream)
                        .toList();
        if (seen.isEmpty() || seen.size() > 2 * AUTHORIZERS_MAX) {
            root.error("authorizers", "must hold 1 to " + AUTHORIZERS_MAX + " authorizers");
        }
        root.finish();
        return new AuthorizationPlan(entries);
    }

    private static Optional<Entry> entry(ConfigSection section, Set<String> seen) {
        String name = section.string("name");
        Names.subdomain(name).ifPresent(why -> section.error("name", why));
        if (!seen.add("name " + name)) {
            section.error("name", "stands there twice: " + name);
        }
        String type = section.string("type");
        if (!seen.add("type " + type) && !type.equals("Webhook")) {
            section.error("type", "stands there twice: " + type);
        }
        switch (type) {
            case "RBAC" -> {
                return Optional.of(new Entry.Roles());
            }
            case "Node" -> {
                return Optional.of(new Entry.Nodes());
            }
            case "Webhook" -> {
                return webhook(section.section("webhook"), name);
            }
            default -> {
                section.error("type", "must be Webhook, Node or RBAC, is '" + type + "'");
                return Optional.empty();
            }
        }
    }

    private static Optional<Entry> webhook(ConfigSection section, String name) {
        Duration timeout = section.duration("timeout", Duration.ZERO);
        if (!timeout.isPositive() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            section.error("timeout", "must be there, and 30s at the most");
        }
        isV1(section, "subjectAccessReviewVersion");
        List<Expression> conditions = conditions(section);
        if (!conditions.isEmpty()) {
            isV1(section, "matchConditionSubjectAccessReviewVersion");
        }
        String policy = section.string("failurePolicy");
        if (!Set.of("Deny", "NoOpinion").contains(policy)) {
            section.error("failurePolicy", "must be Deny or NoOpinion, is '" + policy + "'");
        }
        WebhookAuthorizer.Settings settings =
                new WebhookAuthorizer.Settings(
                        name,
                        section.duration("authorizedTTL", ALLOWED_FOR_USUAL),
                        section.duration("unauthorizedTTL", OTHERWISE_FOR_USUAL),
                        policy.equals("Deny"),
                        conditions);
        ConfigSection connection = section.section("connectionInfo");
        if (!connection.string("type").equals("KubeConfigFile")) {
            connection.error("type", "must be KubeConfigFile: a master is no pod");
        }
        return WebhookPlan.of(connection, "kubeConfigFile")
                .map(server -> new Entry.Webhook(server, timeout, settings));
    }

    private static void isV1(ConfigSection section, String key) {
        if (!section.string(key).equals("v1")) {
            section.error(key, "must be v1");
        }
    }

    private static List<Expression> conditions(ConfigSection section) {
        List<Expression> conditions = new ArrayList<>();
        List<ConfigSection> sections = section.sections("matchConditions", s -> s);
        if (sections.size() > CONDITIONS_MAX) {
            section.error("matchConditions", "must be " + CONDITIONS_MAX + " at the most");
        }
        for (ConfigSection one : sections) {
            try {
                conditions.add(WebhookAuthorizer.OF_REQUEST.condition(one.string("expression")));
            } catch (ExpressionException e) {
                one.error("expression", String.valueOf(e.getMessage()));
            }
        }
        return conditions;
    }
}
