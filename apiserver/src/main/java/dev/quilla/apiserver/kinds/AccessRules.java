package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.selector;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.Struct;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Subject;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Map;

/** The part of {@link KindRules} about who may do what. */
final class AccessRules {

    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final String VERBS = "verbs must contain at least one value";

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "rolebindings.rbac.authorization.k8s.io",
                    binding(true, "ClusterRole", "Role"),
                    "clusterrolebindings.rbac.authorization.k8s.io",
                    binding(false, "ClusterRole"),
                    "roles.rbac.authorization.k8s.io",
                    FieldRules.of(
                            required("rules[].verbs", VERBS),
                            part("rules[]", AccessRules::namespaced),
                            part("rules[]", AccessRules::aboutResources)),
                    "clusterroles.rbac.authorization.k8s.io",
                    FieldRules.of(
                            required("rules[].verbs", VERBS),
                            part("rules[]", AccessRules::aboutEither),
                            required(
                                    "aggregationRule.clusterRoleSelectors",
                                    "at least one clusterRoleSelector required if aggregationRule"
                                            + " is non-nil"),
                            selector("aggregationRule.clusterRoleSelectors[]")));

    private AccessRules() {}

    /**
     * The rules of a binding.
     *
     * @param namespaced whether an account that names no namespace is in the binding's own
     */
    private static FieldRules binding(boolean namespaced, String... kinds) {
        return FieldRules.of(
                required("roleRef.name", ""),
                oneOf("roleRef.kind", kinds),
                oneOf("roleRef.apiGroup", GROUP),
                oneOf("subjects[].kind", "Group", "ServiceAccount", "User"),
                required("subjects[].name", ""),
                part(
                        "subjects[]",
                        (part, at, errors) -> subject(new Subject(part), namespaced, at, errors)),
                immutable("roleRef"));
    }

    /** An account is in a namespace and in no group; users are in the group of roles. */
    private static void subject(
            Subject subject, boolean namespaced, String at, List<FieldError> errors) {
        boolean account = subject.kind().equals("ServiceAccount");
        String group = account ? "" : GROUP;
        if (account && !namespaced && subject.namespace().isEmpty()) {
            errors.add(FieldError.required(at + ".namespace", ""));
        }
        if (!subject.apiGroup().equals(group)) {
            errors.add(
                    FieldError.notSupported(at + ".apiGroup", subject.apiGroup(), List.of(group)));
        }
    }

    private static void namespaced(Struct part, String at, List<FieldError> errors) {
        PolicyRule rule = new PolicyRule(part);
        if (!rule.nonResourceURLs().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            at + ".nonResourceURLs",
                            rule.nonResourceURLs(),
                            "namespaced rules cannot apply to non-resource URLs"));
        }
    }

    private static void aboutEither(Struct part, String at, List<FieldError> errors) {
        PolicyRule rule = new PolicyRule(part);
        boolean resources =
                !rule.apiGroups().isEmpty()
                        || !rule.resources().isEmpty()
                        || !rule.resourceNames().isEmpty();
        if (rule.nonResourceURLs().isEmpty()) {
            aboutResources(part, at, errors);
        } else if (resources) {
            errors.add(
                    FieldError.invalid(
                            at + ".nonResourceURLs",
                            rule.nonResourceURLs(),
                            "rules cannot apply to both regular resources and non-resource URLs"));
        }
    }

    private static void aboutResources(Struct part, String at, List<FieldError> errors) {
        PolicyRule rule = new PolicyRule(part);
        if (rule.apiGroups().isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".apiGroups",
                            "resource rules must supply at least one api group"));
        }
        if (rule.resources().isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".resources", "resource rules must supply at least one resource"));
        }
    }
}
