package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out which policies are asked about a request, and with what. Thread-safe. */
final class Invocations {

    private final RuleMatcher matcher;
    private final Params params;

    Invocations(RuleMatcher matcher, Params params) {
        this.matcher = matcher;
        this.params = params;
    }

    /** A policy that is asked. */
    sealed interface Invocation<C> {

        /** Asked with one parameter of a binding; null where there are none. */
        record Asked<C>(Policy<C> policy, Binding binding, Subject subject, Object params)
                implements Invocation<C> {}

        /** Can't be asked, and says why. */
        record Failed<C>(Policy<C> policy, Binding binding, String why) implements Invocation<C> {}
    }

    /**
     * All, in the order of the policies and their bindings.
     *
     * @throws dev.quilla.model.ApiException if the request's namespace is not there
     */
    <C> List<Invocation<C>> of(
            List<Policies.Bound<C>> policies, Request request, Optional<Struct> object) {
        List<Invocation<C>> all = new ArrayList<>();
        for (Policies.Bound<C> bound : policies) {
            Policy<C> policy = bound.policy();
            Optional<Subject> subject = matcher.match(policy.match(), request, object);
            if (subject.isPresent()) {
                for (Binding binding : bound.bindings()) {
                    if (matcher.match(binding.match(), request, object).isPresent()) {
                        add(policy, binding, subject.get(), all);
                    }
                }
            }
        }
        return all;
    }

    private <C> void add(
            Policy<C> policy, Binding binding, Subject subject, List<Invocation<C>> all) {
        String namespace = subject.request().call().info().namespace();
        try {
            params.of(policy.paramKind(), binding.params(), namespace)
                    .forEach(value ->
                            all.add(new Invocation.Asked<>(policy, binding, subject, value)));
        } catch (ExpressionException e) {
            all.add(
                    new Invocation.Failed<>(
                            policy, binding, "failed to configure binding: " + e.getMessage()));
        }
    }
}
