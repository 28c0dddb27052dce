package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.admissionregistration.v1.ExpressionWarning;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.admissionregistration.v1.NamedRuleWithOperations;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import dev.quilla.model.admissionregistration.v1.Validation;
import dev.quilla.model.admissionregistration.v1.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks the expressions of a policy against the schemas of what it is about. What is wrong with
 * them only warns: it may be right for some versions. Rules that name everything are passed over,
 * as Kubernetes does. Thread-safe.
 */
final class TypeChecks {

    /** More kinds are not checked. */
    private static final int KINDS_MAX = 10;

    private final ResourceRegistry registry;

    TypeChecks(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** What is doubtful, in the order of the fields. */
    List<ExpressionWarning> of(ValidatingAdmissionPolicySpec spec) {
        List<ServedResource> kinds = kinds(spec);
        Map<String, List<String>> doubts = new LinkedHashMap<>();
        for (ServedResource kind : kinds) {
            check(spec, kind, doubts);
        }
        List<ExpressionWarning> warnings = new ArrayList<>();
        doubts.forEach((field, texts) ->
                warnings.add(
                        ExpressionWarning.builder()
                                .fieldRef(field)
                                .warning(String.join("\n", texts))
                                .build()));
        return warnings;
    }

    private static void check(
            ValidatingAdmissionPolicySpec spec,
            ServedResource kind,
            Map<String, List<String>> doubts) {
        Expressions expressions = Programs.forConditions().typed(kind.type().definition());
        for (int i = 0; i < spec.matchConditions().size(); i++) {
            MatchCondition condition = spec.matchConditions().get(i);
            String at = "spec.matchConditions[" + i + "].expression";
            note(at, kind.gvk(), () -> expressions.condition(condition.expression()), doubts);
        }
        Expressions all = expressions;
        for (int i = 0; i < spec.variables().size(); i++) {
            Variable variable = spec.variables().get(i);
            String at = "spec.variables[" + i + "].expression";
            Expressions before = all;
            note(at, kind.gvk(), () -> before.any(variable.expression()), doubts);
            all = before.with("variables." + variable.name());
        }
        Expressions complete = all;
        for (int i = 0; i < spec.validations().size(); i++) {
            Validation validation = spec.validations().get(i);
            String at = "spec.validations[" + i + "]";
            note(
                    at + ".expression",
                    kind.gvk(),
                    () -> complete.condition(validation.expression()),
                    doubts);
            if (!validation.messageExpression().isEmpty()) {
                note(
                        at + ".messageExpression",
                        kind.gvk(),
                        () -> complete.text(validation.messageExpression()),
                        doubts);
            }
        }
    }

    private interface Attempt {
        Object compile() throws ExpressionException;
    }

    private static void note(
            String at, GroupVersionKind kind, Attempt attempt, Map<String, List<String>> doubts) {
        try {
            Object _ = attempt.compile();
        } catch (ExpressionException e) {
            doubts.computeIfAbsent(at, f -> new ArrayList<>())
                    .add(
                            "%s, Kind=%s: %s"
                                    .formatted(kind.groupVersion(), kind.kind(), e.getMessage()));
        }
    }

    private List<ServedResource> kinds(ValidatingAdmissionPolicySpec spec) {
        List<ServedResource> kinds = new ArrayList<>();
        for (NamedRuleWithOperations rule : spec.matchConstraints().resourceRules()) {
            for (String group : rule.apiGroups()) {
                for (String version : rule.apiVersions()) {
                    for (String resource : rule.resources()) {
                        registry.find(new GroupVersion(group, version).resource(resource))
                                .filter(r -> kinds.size() < KINDS_MAX && !kinds.contains(r))
                                .ifPresent(kinds::add);
                    }
                }
            }
        }
        return kinds;
    }
}
