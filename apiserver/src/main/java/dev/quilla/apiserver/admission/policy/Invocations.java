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
    sealed interface Invocation<P> {

        /** Asked with one parameter of a binding; null where there are none. */
        record Asked<P>(P policy, Binding binding, Subject subject, Object params)
                implements Invocation<P> {}

        /** Can't be asked, and says why. */
        record Failed<P>(P policy, Binding binding, String why) implements Invocation<P> {}
    }

    /**
     * All, in the order of the policies and their bindings.
     *
     * @throws dev.quilla.model.ApiException if the request's namespace is not there
     */
    <P extends Policy> List<Invocation<P>> of(
            List<Policies.Bound<P>> policies, Request request, Optional<Struct> object) {
        List<Invocation<P>> all = new ArrayList<>();
        for (Policies.Bound<P> bound : policies) {
            P policy = bound.policy();
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

    private <P extends Policy> void add(
            P policy, Binding binding, Subject subject, List<Invocation<P>> all) {
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
