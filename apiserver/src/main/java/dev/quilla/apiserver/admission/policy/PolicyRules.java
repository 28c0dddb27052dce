package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.Conditions;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.admissionregistration.v1.MatchResources;
import dev.quilla.model.admissionregistration.v1.NamedRuleWithOperations;
import dev.quilla.model.admissionregistration.v1.ParamKind;
import dev.quilla.model.admissionregistration.v1.ParamRef;
import dev.quilla.model.admissionregistration.v1.Variable;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules for what policies of both sorts have, with the words of Kubernetes. Pure. */
final class PolicyRules {

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private PolicyRules() {}

    /** Compiles something. */
    interface Compiler {
        Expression compile(String source) throws ExpressionException;
    }

    /** An expression that must be there and be right; empty if it is not. */
    static Optional<Expression> expression(
            String source, Compiler compiler, String at, List<FieldError> errors) {
        if (source.isBlank()) {
            errors.add(FieldError.required(at, "expression is not specified"));
            return Optional.empty();
        }
        try {
            return Optional.of(compiler.compile(source));
        } catch (ExpressionException e) {
            errors.add(FieldError.invalid(at, source, e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * What policies of both sorts have.
     *
     * @return compiles the policy's own expressions
     */
    static Expressions policy(Struct object, boolean mutates, List<FieldError> errors) {
        Struct spec = (Struct) object.find("spec").orElseThrow();
        spec.find("paramKind").ifPresent(k -> paramKind(new ParamKind((Struct) k), errors));
        constraints(spec.find("matchConstraints"), errors);
        Conditions.check(
                structs(spec, "matchConditions").map(MatchCondition::new).toList(),
                Programs.forConditions(),
                "spec.matchConditions",
                errors);
        return variables(structs(spec, "variables").map(Variable::new).toList(), mutates, errors);
    }

    private static Stream<Struct> structs(Struct spec, String field) {
        return ((List<?>) spec.find(field).orElse(List.of())).stream().map(Struct.class::cast);
    }

    private static void constraints(Optional<Object> match, List<FieldError> errors) {
        String at = "spec.matchConstraints";
        if (match.isEmpty()) {
            errors.add(FieldError.required(at, ""));
            return;
        }
        MatchResources resources = new MatchResources((Struct) match.get());
        if (resources.resourceRules().isEmpty()) {
            errors.add(FieldError.required(at + ".resourceRules", ""));
        }
        rules(resources, at, errors);
    }

    private static void rules(MatchResources match, String at, List<FieldError> errors) {
        rules(match.resourceRules(), at + ".resourceRules", errors);
        rules(match.excludeResourceRules(), at + ".excludeResourceRules", errors);
    }

    private static void rules(
            List<NamedRuleWithOperations> rules, String at, List<FieldError> errors) {
        for (int i = 0; i < rules.size(); i++) {
            NamedRuleWithOperations rule = rules.get(i);
            String place = at + "[" + i + "]";
            Set<String> names = new HashSet<>();
            for (int n = 0; n < rule.resourceNames().size(); n++) {
                String name = rule.resourceNames().get(n);
                if (!names.add(name)) {
                    errors.add(FieldError.duplicate(place + ".resourceNames[" + n + "]", name));
                }
            }
            words(rule.operations(), place + ".operations", "operations", errors);
            words(rule.apiGroups(), place + ".apiGroups", "apiGroups", errors);
            words(rule.apiVersions(), place + ".apiVersions", "apiVersions", errors);
            if (rule.resources().isEmpty()) {
                errors.add(FieldError.required(place + ".resources", ""));
            }
        }
    }

    private static void words(List<String> words, String at, String what, List<FieldError> errors) {
        if (words.isEmpty()) {
            errors.add(FieldError.required(at, ""));
        } else if (words.contains("*") && words.size() > 1) {
            errors.add(
                    FieldError.invalid(
                            at, words, "if '*' is present, must not specify other " + what));
        }
    }

    private static void paramKind(ParamKind kind, List<FieldError> errors) {
        if (kind.apiVersion().isEmpty()) {
            errors.add(FieldError.required("spec.paramKind.apiVersion", ""));
        }
        if (kind.kind().isEmpty()) {
            errors.add(FieldError.required("spec.paramKind.kind", ""));
        }
    }

    /** What the policy's own expressions may read; variables that are wrong are told of. */
    private static Expressions variables(
            List<Variable> variables, boolean mutates, List<FieldError> errors) {
        Expressions expressions =
                mutates ? Programs.forConditions().withConstructions() : Programs.forConditions();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < variables.size(); i++) {
            Variable variable = variables.get(i);
            String place = "spec.variables[" + i + "]";
            if (!variable.name().isEmpty() && !IDENTIFIER.matcher(variable.name()).matches()) {
                errors.add(
                        FieldError.invalid(
                                place + ".name",
                                variable.name(),
                                "must be a valid CEL identifier"));
            }
            if (!names.add(variable.name())) {
                errors.add(FieldError.duplicate(place + ".name", variable.name()));
            }
            Optional<Expression> worth =
                    expression(
                            variable.expression(), expressions::any, place + ".expression", errors);
            if (worth.isPresent()) {
                expressions = expressions.with("variables." + variable.name(), worth.get());
            }
        }
        return expressions;
    }

    /** What bindings of both sorts have. */
    static void binding(Struct object, List<FieldError> errors) {
        Struct spec = (Struct) object.find("spec").orElseThrow();
        String policy = spec.text("policyName");
        if (!policy.isEmpty()) {
            Names.subdomain(policy)
                    .ifPresent(
                            why -> errors.add(FieldError.invalid("spec.policyName", policy, why)));
        }
        spec.find("paramRef").ifPresent(r -> paramRef(new ParamRef((Struct) r), errors));
        spec.find("matchResources")
                .ifPresent(match ->
                        rules(new MatchResources((Struct) match), "spec.matchResources", errors));
    }

    private static void paramRef(ParamRef reference, List<FieldError> errors) {
        String at = "spec.paramRef";
        boolean named = !reference.name().isEmpty();
        if (named && reference.hasSelector()) {
            for (String field : List.of(".name", ".selector")) {
                errors.add(
                        FieldError.forbidden(
                                at + field, "name and selector are mutually exclusive"));
            }
        } else if (!named && !reference.hasSelector()) {
            errors.add(FieldError.required(at, "one of name or selector must be specified"));
        }
        switch (reference.parameterNotFoundAction()) {
            case "" -> errors.add(FieldError.required(at + ".parameterNotFoundAction", ""));
            case "Allow", "Deny" -> {
                // Either will do.
            }
            default ->
                    errors.add(
                            FieldError.notSupported(
                                    at + ".parameterNotFoundAction",
                                    reference.parameterNotFoundAction(),
                                    List.of("Deny", "Allow")));
        }
    }
}
