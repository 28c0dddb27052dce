package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.admission.policy.Invocations.Invocation;
import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code ValidatingAdmissionPolicy}: what is written must be as policies say. Thread-safe. */
public final class ValidatingPolicies implements Admission {

    private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";

    private final Policies<ValidatingPolicy> policies;
    private final PolicyParts parts;

    /** Asks the policies that a store has. */
    public ValidatingPolicies(ObjectStore objects, PolicyParts parts) {
        this.parts = parts;
        this.policies =
                new Policies<>(
                        objects,
                        Resources.VALIDATING_ADMISSION_POLICIES,
                        Resources.VALIDATING_ADMISSION_POLICY_BINDINGS,
                        ValidatingPolicy::of);
    }

    @Override
    public boolean handles(Request request) {
        return RuleMatcher.isOpen(request);
    }

    @Override
    public void validate(Request request, Optional<Struct> object) {
        List<Policies.Bound<ValidatingPolicy>> bound = policies.bound();
        if (bound.isEmpty()) {
            return;
        }
        Optional<Denial> first = Optional.empty();
        Map<String, Set<String>> notes = new LinkedHashMap<>();
        for (Invocation<ValidatingPolicy> one : parts.invocations().of(bound, request, object)) {
            Optional<Denial> denial = ask(one, object, notes);
            first = first.or(() -> denial);
        }
        notes.forEach((key, texts) -> request.call().trail().note(key, String.join(", ", texts)));
        if (first.isPresent()) {
            throw refusal(request, object, first.get());
        }
    }

    /**
     * Why a request is refused.
     *
     * @param reason as clients read it, such as {@code Forbidden}
     */
    private record Denial(String policy, String binding, String reason, String message) {}

    private Optional<Denial> ask(
            Invocation<ValidatingPolicy> one,
            Optional<Struct> object,
            Map<String, Set<String>> notes) {
        return switch (one) {
            case Invocation.Failed<ValidatingPolicy>(var policy, var binding, String why) ->
                    policy.ignoresFailure()
                            ? Optional.empty()
                            : Optional.of(new Denial(policy.name(), binding.name(), "", why));
            case Invocation.Asked<ValidatingPolicy>(
                            var policy,
                            var binding,
                            Subject subject,
                            Object params) -> {
                Verdict.Findings findings =
                        Verdict.of(
                                policy,
                                parts.values(subject, object, params),
                                new Budget(PolicyParts.STEPS_MAX));
                findings.notes()
                        .forEach((key, text) ->
                                notes.computeIfAbsent(
                                                policy.name() + "/" + key,
                                                k -> new LinkedHashSet<>())
                                        .add(text));
                yield act(findings.broken(), policy, binding, subject.request().call());
            }
        };
    }

    private static Optional<Denial> act(
            List<Verdict> broken, Policy<?> policy, Binding binding, ApiCall call) {
        Optional<Denial> first = Optional.empty();
        for (Verdict verdict : broken) {
            if (binding.actions().contains("Warn")) {
                call.warnings()
                        .add(
                                "Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
                                        .formatted(
                                                policy.name(), binding.name(), verdict.message()));
            }
            if (binding.actions().contains("Audit") && call.trail().records()) {
                call.trail().note(FAILURE, failure(verdict, policy, binding));
            }
            if (binding.actions().contains("Deny") && first.isEmpty()) {
                first =
                        Optional.of(
                                new Denial(
                                        policy.name(),
                                        binding.name(),
                                        verdict.reason(),
                                        verdict.message()));
            }
        }
        return first;
    }

    private static String failure(Verdict verdict, Policy<?> policy, Binding binding) {
        Map<String, Object> failure = new LinkedHashMap<>();
        failure.put("message", verdict.message());
        failure.put("policy", policy.name());
        failure.put("binding", binding.name());
        failure.put("expressionIndex", verdict.check());
        failure.put("validationActions", binding.actions());
        return new String(JsonTree.write(List.of(failure)), StandardCharsets.UTF_8);
    }

    private static ApiException refusal(Request request, Optional<Struct> object, Denial denial) {
        return Refusals.of(
                request,
                object,
                denial.reason(),
                "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s"
                        .formatted(denial.policy(), denial.binding(), denial.message()));
    }
}
