package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.match.Conditions;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.apiserver.outbound.ServerRules;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.admissionregistration.v1.RuleWithOperations;
import dev.quilla.model.admissionregistration.v1.WebhookClientConfig;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Configurations of webhooks, of either sort. */
public final class ConfigurationKind implements KindBehaviour {

    private static final String ALL = "*";
    private static final List<String> OPERATIONS =
            List.of(ALL, "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");

    private final boolean mutating;
    private final Expressions expressions = Configurations.conditions();

    /** The kind of configurations of one sort. */
    public ConfigurationKind(boolean mutating) {
        this.mutating = mutating;
    }

    @Override
    public Struct defaults(Struct object) {
        List<Struct> hooks = structs(object, "webhooks");
        return hooks.isEmpty()
                ? object
                : object.with("webhooks", hooks.stream().map(this::defaulted).toList());
    }

    private Struct defaulted(Struct hook) {
        Struct full = hook;
        full = ifAbsent(full, "failurePolicy", "Fail");
        full = ifAbsent(full, "matchPolicy", "Equivalent");
        full = ifAbsent(full, "namespaceSelector", LabelSelector.definition().empty());
        full = ifAbsent(full, "objectSelector", LabelSelector.definition().empty());
        full = ifAbsent(full, "timeoutSeconds", 10);
        full = mutating ? ifAbsent(full, "reinvocationPolicy", "Never") : full;
        WebhookClientConfig server = server(full);
        if (server.hasService() && !server.service().hasPort()) {
            full =
                    full.with(
                            "clientConfig",
                            server.toBuilder().service(s -> s.port(443)).build().struct());
        }
        List<Struct> rules = structs(full, "rules");
        return rules.isEmpty()
                ? full
                : full.with("rules", rules.stream().map(r -> ifAbsent(r, "scope", ALL)).toList());
    }

    private static Struct ifAbsent(Struct struct, String field, Object value) {
        return struct.has(field) ? struct : struct.with(field, value);
    }

    private static WebhookClientConfig server(Struct hook) {
        return new WebhookClientConfig(
                (Struct)
                        hook.find("clientConfig")
                                .orElseGet(() -> WebhookClientConfig.definition().empty()));
    }

    private static List<Struct> structs(Struct object, String field) {
        return ((List<?>) object.find(field).orElse(List.of()))
                .stream().map(Struct.class::cast).toList();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<FieldError> errors = new ArrayList<>();
        List<Struct> hooks = structs(object, "webhooks");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < hooks.size(); i++) {
            String at = "webhooks[" + i + "]";
            Struct hook = hooks.get(i);
            name(hook.text("name"), at + ".name", errors);
            List<Struct> rules = structs(hook, "rules");
            for (int r = 0; r < rules.size(); r++) {
                rule(new RuleWithOperations(rules.get(r)), at + ".rules[" + r + "]", errors);
            }
            policies(hook, at, errors);
            // Manifests come with stand-ins for the authority, which others put in later.
            Struct server = server(hook).struct().without("caBundle");
            errors.addAll(ServerRules.check(server, at + ".clientConfig"));
            Conditions.check(
                    structs(hook, "matchConditions").stream().map(MatchCondition::new).toList(),
                    expressions,
                    at + ".matchConditions",
                    errors);
            versions(hook, at + ".admissionReviewVersions", errors);
            if (!hook.text("name").isEmpty() && !names.add(hook.text("name"))) {
                errors.add(FieldError.duplicate(at + ".name", hook.text("name")));
            }
        }
        return errors;
    }

    private static void name(String name, String at, List<FieldError> errors) {
        if (name.isEmpty()) {
            errors.add(FieldError.required(at, ""));
            return;
        }
        if (name.split("\\.", -1).length < 3) {
            errors.add(
                    FieldError.invalid(
                            at,
                            name,
                            "should be a domain with at least three segments separated by dots"));
        }
        Names.subdomain(name).ifPresent(why -> errors.add(FieldError.invalid(at, name, why)));
    }

    private static void versions(Struct hook, String at, List<FieldError> errors) {
        List<?> versions = (List<?>) hook.find("admissionReviewVersions").orElse(List.of());
        if (versions.isEmpty()) {
            errors.add(FieldError.required(at, "must specify one of v1, v1beta1"));
            return;
        }
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).toString();
            String place = at + "[" + i + "]";
            if (!seen.add(version)) {
                errors.add(FieldError.invalid(place, version, "duplicate version"));
            } else {
                Names.dns1035(version)
                        .ifPresent(p -> errors.add(FieldError.invalid(place, version, p)));
            }
        }
        if (!versions.contains("v1") && !versions.contains("v1beta1")) {
            errors.add(
                    FieldError.invalid(at, versions, "must include at least one of v1, v1beta1"));
        } else if (!versions.contains("v1")) {
            errors.add(FieldError.invalid(at, versions, "must include v1"));
        }
    }

    private static void rule(RuleWithOperations rule, String at, List<FieldError> errors) {
        words(rule.operations(), at + ".operations", "operations", errors);
        for (int i = 0; i < rule.operations().size(); i++) {
            if (!OPERATIONS.contains(rule.operations().get(i))) {
                errors.add(
                        FieldError.notSupported(
                                at + ".operations[" + i + "]",
                                rule.operations().get(i),
                                OPERATIONS));
            }
        }
        words(rule.apiGroups(), at + ".apiGroups", "API groups", errors);
        words(rule.apiVersions(), at + ".apiVersions", "API versions", errors);
        resources(rule.resources(), at + ".resources", errors);
        if (!List.of(ALL, "Cluster", "Namespaced").contains(rule.scope())) {
            errors.add(
                    FieldError.notSupported(
                            at + ".scope", rule.scope(), List.of(ALL, "Cluster", "Namespaced")));
        }
    }

    private static void words(List<String> words, String at, String what, List<FieldError> errors) {
        if (words.isEmpty()) {
            errors.add(FieldError.required(at, ""));
        } else if (words.size() > 1 && words.contains(ALL)) {
            errors.add(
                    FieldError.invalid(
                            at, words, "if '*' is present, must not specify other " + what));
        }
    }

    private static void resources(List<String> resources, String at, List<FieldError> errors) {
        if (resources.isEmpty()) {
            errors.add(FieldError.required(at, ""));
        }
        for (int i = 0; i < resources.size(); i++) {
            String resource = resources.get(i);
            String place = at + "[" + i + "]";
            if (resource.isEmpty()) {
                errors.add(FieldError.required(place, ""));
            }
        }
        if (resources.contains("*/*") && resources.size() > 1) {
            errors.add(
                    FieldError.invalid(
                            at,
                            resources,
                            "if '*/*' is present, must not specify other resources"));
        }
        boolean single = resources.stream().anyMatch(r -> !r.contains("/") && !r.equals(ALL));
        if (resources.contains(ALL) && single) {
            errors.add(
                    FieldError.invalid(
                            at,
                            resources,
                            "if '*' is present, must not specify other resources without"
                                    + " subresources"));
        }
    }

    private static void policies(Struct hook, String at, List<FieldError> errors) {
        String effects = hook.text("sideEffects");
        if (effects.isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".sideEffects", "must specify one of None, NoneOnDryRun"));
        } else if (!SIDE_EFFECTS.contains(effects)) {
            errors.add(FieldError.notSupported(at + ".sideEffects", effects, SIDE_EFFECTS));
        }
        int seconds = (Integer) hook.find("timeoutSeconds").orElse(0);
        if (seconds < 1 || seconds > 30) {
            errors.add(
                    FieldError.invalid(
                            at + ".timeoutSeconds",
                            seconds,
                            "the timeout value must be between 1 and 30 seconds"));
        }
    }
}
