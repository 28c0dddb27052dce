package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.ResourceQuotaSpec;
import dev.quilla.model.core.v1.ScopedResourceSelectorRequirement;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a quota may limit, and for which objects. */
final class QuotaRules {

    private static final Set<String> POD_COUNTS = Set.of("pods", "count/pods");
    private static final Set<String> POD_COMPUTE =
            Set.of(
                    "cpu",
                    "memory",
                    "requests.cpu",
                    "requests.memory",
                    "limits.cpu",
                    "limits.memory");
    private static final Set<String> COUNTS =
            Set.of(
                    "pods",
                    "services",
                    "replicationcontrollers",
                    "resourcequotas",
                    "secrets",
                    "configmaps",
                    "persistentvolumeclaims",
                    "services.nodeports",
                    "services.loadbalancers");
    private static final Set<String> AMOUNTS =
            Set.of(
                    "cpu",
                    "memory",
                    "ephemeral-storage",
                    "requests.cpu",
                    "requests.memory",
                    "requests.storage",
                    "requests.ephemeral-storage",
                    "limits.cpu",
                    "limits.memory",
                    "limits.ephemeral-storage");
    private static final Set<String> SCOPES =
            Set.of(
                    "BestEffort",
                    "NotBestEffort",
                    "Terminating",
                    "NotTerminating",
                    "PriorityClass",
                    "CrossNamespacePodAffinity",
                    "VolumeAttributesClass");
    private static final Set<String> WITHOUT_VALUES =
            Set.of(
                    "BestEffort",
                    "NotBestEffort",
                    "Terminating",
                    "NotTerminating",
                    "CrossNamespacePodAffinity");
    private static final List<Set<String>> CONFLICTS =
            List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));
    private static final Set<String> OPERATORS = Set.of("In", "NotIn", "Exists", "DoesNotExist");

    private QuotaRules() {}

    static List<FieldError> check(ResourceQuotaSpec spec) {
        List<FieldError> errors = new ArrayList<>();
        spec.hard()
                .forEach((name, amount) -> {
                    String at = "spec.hard[" + name + "]";
                    nameRule(name).ifPresent(p -> errors.add(FieldError.invalid(at, name, p)));
                    amountRule(name, amount)
                            .ifPresent(p -> errors.add(FieldError.invalid(at, amount, p)));
                });
        scopes(spec, errors);
        for (int i = 0; i < spec.scopeSelector().matchExpressions().size(); i++) {
            expression(
                    spec,
                    spec.scopeSelector().matchExpressions().get(i),
                    "spec.scopeSelector.matchExpressions[" + i + "]",
                    errors);
        }
        return errors;
    }

    private static Optional<String> nameRule(String name) {
        Optional<String> malformed = Names.qualified(name);
        boolean standard =
                name.contains("/")
                        || COUNTS.contains(name)
                        || AMOUNTS.contains(name)
                        || name.startsWith("hugepages-")
                        || name.startsWith("requests.hugepages-");
        return malformed.isPresent() || standard
                ? malformed
                : Optional.of("must be a standard resource for quota");
    }

    private static Optional<String> amountRule(String name, Quantity amount) {
        if (amount.compareTo(Quantity.ZERO) < 0) {
            return Optional.of("must be greater than or equal to 0");
        }
        boolean whole = COUNTS.contains(name) || name.startsWith("count/");
        return whole && amount.decimal().stripTrailingZeros().scale() > 0
                ? Optional.of("must be an integer")
                : Optional.empty();
    }

    private static void scopes(ResourceQuotaSpec spec, List<FieldError> errors) {
        String at = "spec.scopes";
        for (String scope : spec.scopes()) {
            if (SCOPES.contains(scope) && !mayScope(scope, spec.hard().keySet())) {
                errors.add(
                        FieldError.invalid(
                                at, spec.scopes(), "unsupported scope applied to resource"));
            }
        }
        if (CONFLICTS.stream().anyMatch(spec.scopes()::containsAll)) {
            errors.add(FieldError.invalid(at, spec.scopes(), "conflicting scopes"));
        }
    }

    private static boolean mayScope(String scope, Collection<String> limited) {
        return limited.stream()
                .allMatch(name ->
                        switch (scope) {
                            case "BestEffort" -> POD_COUNTS.contains(name);
                            case "VolumeAttributesClass" ->
                                    name.endsWith("persistentvolumeclaims")
                                            || name.endsWith("requests.storage");
                            default -> POD_COUNTS.contains(name) || POD_COMPUTE.contains(name);
                        });
    }

    private static void expression(
            ResourceQuotaSpec spec,
            ScopedResourceSelectorRequirement requirement,
            String at,
            List<FieldError> errors) {
        String scope = requirement.scopeName();
        String operator = requirement.operator();
        if (!SCOPES.contains(scope)) {
            errors.add(FieldError.invalid(at + ".scopeName", scope, "unsupported scope"));
        } else if (!mayScope(scope, spec.hard().keySet())) {
            errors.add(
                    FieldError.invalid(
                            at + ".scopeName", scope, "unsupported scope applied to resource"));
        }
        if (!OPERATORS.contains(operator)) {
            errors.add(
                    FieldError.invalid(
                            at + ".operator", operator, "not a valid selector operator"));
        } else if (WITHOUT_VALUES.contains(scope) && !operator.equals("Exists")) {
            errors.add(
                    FieldError.invalid(
                            at + ".operator",
                            operator,
                            "must be 'Exists' when scope is any of Terminating, NotTerminating,"
                                    + " BestEffort, NotBestEffort or CrossNamespacePodAffinity"));
        }
        boolean wantsValues = operator.endsWith("In");
        if (wantsValues && requirement.values().isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".values",
                            "must be at least one value when `operator` is 'In' or 'NotIn' for"
                                    + " scope selector"));
        }
        if (!wantsValues && !requirement.values().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            at + ".values",
                            requirement.values(),
                            "must be no value when `operator` is 'Exists' or 'DoesNotExist' for"
                                    + " scope selector"));
        }
    }
}
