package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicySpec;
import dev.quilla.model.admissionregistration.v1.ParamKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A policy that may change what is written; compiled when it is first asked. Thread-safe. */
final class MutatingPolicy implements Policy {

    private final String name;
    private final MutatingAdmissionPolicySpec spec;
    private final MatchRules match;
    private volatile @Nullable Compiled compiled;

    /** What it changes, one after the other. */
    record Compiled(Programs programs, List<Change> changes) {
        Compiled {
            changes = List.copyOf(changes);
        }
    }

    /**
     * A change.
     *
     * @param patch whether the expression makes a JSON patch; else what is applied
     */
    record Change(boolean patch, Expression expression, String source) {}

    private MutatingPolicy(MutatingAdmissionPolicy policy) {
        this.name = policy.name();
        this.spec = policy.spec();
        this.match = MatchRules.ofPolicy(spec.matchConstraints());
    }

    static MutatingPolicy of(Struct policy) {
        return new MutatingPolicy(new MutatingAdmissionPolicy(policy));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public MatchRules match() {
        return match;
    }

    @Override
    public Optional<ParamKind> paramKind() {
        return spec.hasParamKind() ? Optional.of(spec.paramKind()) : Optional.empty();
    }

    @Override
    public boolean ignoresFailure() {
        return spec.failurePolicy().equals("Ignore");
    }

    /** Whether it is asked again for what others change after it. */
    boolean again() {
        return spec.reinvocationPolicy().equals("IfNeeded");
    }

    /**
     * Its expressions.
     *
     * @throws ExpressionException if they can't be compiled; they could when they were written
     */
    Compiled compiled() throws ExpressionException {
        Compiled known = compiled;
        if (known == null) {
            known = compile(spec);
            compiled = known;
        }
        return known;
    }

    private static Compiled compile(MutatingAdmissionPolicySpec spec) throws ExpressionException {
        Programs programs = Programs.of(spec.variables(), spec.matchConditions(), true);
        List<Change> changes = new ArrayList<>();
        for (var mutation : spec.mutations()) {
            boolean patch = mutation.patchType().equals("JSONPatch");
            String source =
                    patch
                            ? mutation.jsonPatch().expression()
                            : mutation.applyConfiguration().expression();
            changes.add(new Change(patch, programs.expressions().any(source), source.strip()));
        }
        return new Compiled(programs, changes);
    }
}
