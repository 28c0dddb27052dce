package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.admission.policy.Invocations.Invocation;
import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code MutatingAdmissionPolicy}: policies change what is written, one after the other, before
 * webhooks do. What they change passes the built-in policies before them again, and after that the
 * policies that ask for it see what others changed: once, so that two which disagree come to an
 * end. Thread-safe.
 */
public final class MutatingPolicies implements Admission {

    private final Policies<MutatingPolicy> policies;
    private final PolicyParts parts;
    private final AdmissionChain earlier;

    /**
     * Asks the policies that a store has.
     *
     * @param earlier what comes before
     */
    public MutatingPolicies(ObjectStore objects, PolicyParts parts, AdmissionChain earlier) {
        this.parts = parts;
        this.earlier = earlier;
        this.policies =
                new Policies<>(
                        objects,
                        Resources.MUTATING_ADMISSION_POLICIES,
                        Resources.MUTATING_ADMISSION_POLICY_BINDINGS,
                        MutatingPolicy::of);
    }

    @Override
    public boolean handles(Request request) {
        return RuleMatcher.isOpen(request);
    }

    @Override
    public Struct admit(Request request, Struct object) {
        List<Policies.Bound<MutatingPolicy>> bound = policies.bound();
        if (bound.isEmpty()) {
            return object;
        }
        Round first = new Round(request, object);
        first.ask(bound);
        if (first.object.equals(object)) {
            return first.object;
        }
        Struct readmitted = earlier.admit(request, first.object);
        Set<Policy<MutatingPolicy>> again =
                readmitted.equals(first.object) ? first.outdated : first.willing;
        Round second = new Round(request, readmitted);
        second.ask(bound.stream().filter(b -> again.contains(b.policy())).toList());
        return second.object;
    }

    /** Only the policies that want to see what came after them: for what webhooks change. */
    public Admission again() {
        return new Admission() {
            @Override
            public boolean handles(Request request) {
                return RuleMatcher.isOpen(request);
            }

            @Override
            public Struct admit(Request request, Struct object) {
                Round round = new Round(request, object);
                round.ask(policies.bound().stream().filter(b -> b.policy().again()).toList());
                return round.object;
            }
        };
    }

    /** Each policy once. Used once. */
    private final class Round {
        private final Request request;
        private Struct object;

        /** Those that were asked, and want to be asked again for later changes. */
        private final Set<Policy<MutatingPolicy>> willing = new HashSet<>();

        /** Those of them after which something was changed. */
        private final Set<Policy<MutatingPolicy>> outdated = new HashSet<>();

        Round(Request request, Struct object) {
            this.request = request;
            this.object = object;
        }

        void ask(List<Policies.Bound<MutatingPolicy>> bound) {
            for (Policies.Bound<MutatingPolicy> one : bound) {
                for (Invocation<MutatingPolicy> invocation :
                        parts.invocations().of(List.of(one), request, Optional.of(object))) {
                    Struct before = object;
                    ask(invocation);
                    if (!object.equals(before)) {
                        outdated.addAll(willing);
                    }
                    if (one.policy().again()) {
                        willing.add(one.policy());
                    }
                }
            }
        }

        private void ask(Invocation<MutatingPolicy> invocation) {
            switch (invocation) {
                case Invocation.Failed<MutatingPolicy>(var policy, var binding, String why) ->
                        failed(policy, binding, why);
                case Invocation.Asked<MutatingPolicy>(
                                var policy,
                                var binding,
                                Subject subject,
                                Object params) -> {
                    try {
                        change(policy, subject, params);
                    } catch (ExpressionException e) {
                        failed(policy, binding, e.getMessage());
                    }
                }
            }
        }

        private void failed(Policy<?> policy, Binding binding, String why) {
            if (!policy.ignoresFailure()) {
                throw Refusals.failed(
                        request,
                        object,
                        "policy '%s' with binding '%s' denied request: %s"
                                .formatted(policy.name(), binding.name(), why));
            }
        }

        /** All changes of a policy, or none: what it leaves half done is not written. */
        private void change(Policy<MutatingPolicy> policy, Subject subject, Object params)
                throws ExpressionException {
            Budget budget = new Budget(PolicyParts.STEPS_MAX);
            MutatingPolicy compiled = policy.compiled();
            Struct changed = object;
            if (!compiled.programs()
                    .conditions()
                    .hold(scope(compiled, subject, changed, params, budget), budget)) {
                return;
            }
            for (MutatingPolicy.Change change : compiled.changes()) {
                Struct told = parts.versions().as(subject.as(), changed);
                Scope scope = scope(compiled, subject, changed, params, budget);
                try {
                    changed =
                            parts.versions()
                                    .as(
                                            request.resource(),
                                            Changes.made(told, change, scope, budget));
                } catch (ExpressionException e) {
                    throw new ExpressionException(
                            "expression '%s' resulted in error: %s"
                                    .formatted(change.source(), e.getMessage()));
                }
            }
            object = request.writes() ? request.resource().behaviour().defaults(changed) : changed;
        }

        private Scope scope(
                MutatingPolicy compiled,
                Subject subject,
                Struct now,
                Object params,
                Budget budget) {
            return new Scope(
                    parts.values(subject, Optional.of(now), params),
                    compiled.programs().variables(),
                    budget);
        }
    }
}
