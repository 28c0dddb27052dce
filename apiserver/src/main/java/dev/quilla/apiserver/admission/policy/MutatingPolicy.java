package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicySpec;
import java.util.ArrayList;
import java.util.List;

/** What a policy changes in what is written, one after the other. Immutable. */
record MutatingPolicy(Programs programs, List<Change> changes) {

    MutatingPolicy {
        changes = List.copyOf(changes);
    }

    /**
     * A change.
     *
     * @param patch whether the expression makes a JSON patch; else what is applied
     */
    record Change(boolean patch, Expression expression, String source) {}

    /**
     * Compiles one.
     *
     * @throws ExpressionException that names the first expression that can't be compiled
     */
    static MutatingPolicy of(Struct policy) throws ExpressionException {
        MutatingAdmissionPolicySpec spec = new MutatingAdmissionPolicy(policy).spec();
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
        return new MutatingPolicy(programs, changes);
    }
}
