package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Struct;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.FlowSchemaSpec;
import dev.quilla.model.flowcontrol.v1.NonResourcePolicyRule;
import dev.quilla.model.flowcontrol.v1.PolicyRulesWithSubjects;
import dev.quilla.model.flowcontrol.v1.ResourcePolicyRule;
import dev.quilla.model.flowcontrol.v1.Subject;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Flow schemas: which requests are treated alike. */
public final class FlowSchemaKind implements KindBehaviour {

    private static final int PRECEDENCE_DEFAULT = 1000;
    private static final int PRECEDENCE_MAX = 10_000;
    private static final List<String> METHODS = List.of("ByNamespace", "ByUser");
    private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");
    private static final List<String> VERBS =
            List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "proxy",
                    "update",
                    "watch");

    @Override
    public Struct defaults(Struct object) {
        FlowSchema schema = new FlowSchema(object);
        return schema.spec().matchingPrecedence() == 0
                ? schema.toBuilder()
                        .spec(s -> s.matchingPrecedence(PRECEDENCE_DEFAULT))
                        .build()
                        .struct()
                : object;
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        FlowSchema schema = new FlowSchema(object);
        FlowSchemaSpec spec = schema.spec();
        List<FieldError> errors = new ArrayList<>();
        precedence(schema.name(), spec.matchingPrecedence(), errors);
        if (spec.hasDistinguisherMethod() && !METHODS.contains(spec.distinguisherMethod().type())) {
            errors.add(
                    FieldError.notSupported(
                            "spec.distinguisherMethod.type",
                            spec.distinguisherMethod().type(),
                            METHODS));
        }
        String level = spec.priorityLevelConfiguration().name();
        if (!spec.hasPriorityLevelConfiguration()) {
            errors.add(
                    FieldError.required(
                            "spec.priorityLevelConfiguration.name",
                            "must reference a priority level"));
        } else if (!level.isEmpty()) {
            Names.subdomain(level)
                    .ifPresent(p ->
                            errors.add(
                                    FieldError.invalid(
                                            "spec.priorityLevelConfiguration.name", level, p)));
        }
        for (int i = 0; i < spec.rules().size(); i++) {
            rule(spec.rules().get(i), "spec.rules[" + i + "]", errors);
        }
        boolean changed =
                FlowDefaults.MANDATORY.contains(schema.name())
                        && FlowDefaults.schema(schema.name())
                                .filter(fixed -> fixed.spec().equals(spec))
                                .isEmpty();
        if (changed) {
            errors.add(
                    FieldError.invalid(
                            "spec",
                            "changed",
                            "spec of '" + schema.name() + "' must equal the fixed value"));
        }
        return errors;
    }

    private static void precedence(String name, int precedence, List<FieldError> errors) {
        String at = "spec.matchingPrecedence";
        if (precedence <= 0) {
            errors.add(FieldError.invalid(at, precedence, "must be a positive value"));
        }
        if (precedence > PRECEDENCE_MAX) {
            errors.add(FieldError.invalid(at, precedence, "must not be greater than 10000"));
        }
        if (precedence == 1 && !name.equals("exempt")) {
            errors.add(
                    FieldError.invalid(
                            at,
                            precedence,
                            "only the schema named 'exempt' may have matchingPrecedence 1"));
        }
    }

    private static void rule(PolicyRulesWithSubjects rule, String at, List<FieldError> errors) {
        if (rule.subjects().isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".subjects", "subjects must contain at least one value"));
        }
        for (int i = 0; i < rule.subjects().size(); i++) {
            subject(rule.subjects().get(i), at + ".subjects[" + i + "]", errors);
        }
        if (rule.resourceRules().isEmpty() && rule.nonResourceRules().isEmpty()) {
            errors.add(
                    FieldError.required(
                            at,
                            "at least one of resourceRules and nonResourceRules has to be"
                                    + " non-empty"));
        }
        for (int i = 0; i < rule.resourceRules().size(); i++) {
            resources(rule.resourceRules().get(i), at + ".resourceRules[" + i + "]", errors);
        }
        for (int i = 0; i < rule.nonResourceRules().size(); i++) {
            paths(rule.nonResourceRules().get(i), at + ".nonResourceRules[" + i + "]", errors);
        }
    }

    private static void subject(Subject subject, String at, List<FieldError> errors) {
        String kind = subject.kind();
        if (!SUBJECTS.contains(kind)) {
            errors.add(FieldError.notSupported(at + ".kind", kind, SUBJECTS));
            return;
        }
        member(kind, "ServiceAccount", "serviceAccount", subject.hasServiceAccount(), at, errors);
        member(kind, "User", "user", subject.hasUser(), at, errors);
        member(kind, "Group", "group", subject.hasGroup(), at, errors);
    }

    /** A subject has the field of its kind, and none of the others. */
    private static void member(
            String kind, String wanted, String field, boolean has, String at, List<FieldError> e) {
        if (kind.equals(wanted) && !has) {
            e.add(
                    FieldError.required(
                            at + "." + field,
                            "%s is required when subject kind is '%s'".formatted(field, wanted)));
        } else if (!kind.equals(wanted) && has) {
            e.add(
                    FieldError.forbidden(
                            at + "." + field,
                            "%s is forbidden when subject kind is not '%s'"
                                    .formatted(field, wanted)));
        }
    }

    private static void resources(ResourcePolicyRule rule, String at, List<FieldError> errors) {
        verbs(rule.verbs(), at, errors);
        words(
                rule.apiGroups(),
                at + ".apiGroups",
                "resource rules must supply at least one api group",
                "api groups",
                errors);
        words(
                rule.resources(),
                at + ".resources",
                "resource rules must supply at least one resource",
                "resources",
                errors);
        if (rule.namespaces().isEmpty() && !rule.clusterScope()) {
            errors.add(
                    FieldError.required(
                            at + ".namespaces",
                            "resource rules that are not cluster scoped must supply at least one"
                                    + " namespace"));
            return;
        }
        alone(rule.namespaces(), at + ".namespaces", "namespaces", errors);
        for (int i = 0; i < rule.namespaces().size(); i++) {
            String namespace = rule.namespaces().get(i);
            String place = at + ".namespaces[" + i + "]";
            if (!namespace.equals("*")) {
                Names.label(namespace)
                        .ifPresent(p ->
                                errors.add(
                                        FieldError.invalid(
                                                place,
                                                namespace,
                                                "each member of this list must be '*' or a DNS-1123"
                                                        + " label; "
                                                        + p)));
            }
        }
    }

    private static void paths(NonResourcePolicyRule rule, String at, List<FieldError> errors) {
        verbs(rule.verbs(), at, errors);
        words(
                rule.nonResourceURLs(),
                at + ".nonResourceURLs",
                "nonResourceURLs must contain at least one value",
                "non-resource URLs",
                errors);
        for (int i = 0; i < rule.nonResourceURLs().size(); i++) {
            String path = rule.nonResourceURLs().get(i);
            if (!path.startsWith("/") && !path.equals("*")) {
                errors.add(
                        FieldError.invalid(
                                at + ".nonResourceURLs[" + i + "]", path, "must start with slash"));
            }
        }
    }

    private static void verbs(List<String> verbs, String at, List<FieldError> errors) {
        words(verbs, at + ".verbs", "verbs must contain at least one value", "verbs", errors);
        if (!verbs.contains("*") && !VERBS.containsAll(verbs)) {
            errors.add(FieldError.notSupported(at + ".verbs", verbs, VERBS));
        }
    }

    private static void words(
            List<String> words, String at, String missing, String what, List<FieldError> errors) {
        if (words.isEmpty()) {
            errors.add(FieldError.required(at, missing));
        }
        alone(words, at, what, errors);
    }

    private static void alone(List<String> words, String at, String what, List<FieldError> errors) {
        if (words.contains("*") && words.size() > 1) {
            errors.add(
                    FieldError.invalid(
                            at, words, "if '*' is present, must not specify other " + what));
        }
    }
}
