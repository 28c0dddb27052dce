package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.AuditAnnotation;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import dev.quilla.model.admissionregistration.v1.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a policy that may refuse checks, and what it notes for audits. Immutable. */
record ValidatingPolicy(Programs programs, List<Check> checks, List<Note> notes) {

    ValidatingPolicy {
        checks = List.copyOf(checks);
        notes = List.copyOf(notes);
    }

    /** An expression that must hold, and what is said when it does not. */
    record Check(Validation source, Expression expression, Optional<Expression> message) {}

    /** Something to be written down. */
    record Note(String key, Expression value) {}

    /**
     * Compiles one.
     *
     * @throws ExpressionException that names the first expression that can't be compiled
     */
    static ValidatingPolicy of(Struct policy) throws ExpressionException {
        ValidatingAdmissionPolicySpec spec = new ValidatingAdmissionPolicy(policy).spec();
        Programs programs = Programs.of(spec.variables(), spec.matchConditions(), false);
        List<Check> checks = new ArrayList<>();
        for (Validation validation : spec.validations()) {
            checks.add(
                    new Check(
                            validation,
                            programs.expressions().condition(validation.expression()),
                            validation.messageExpression().isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(
                                            programs.expressions()
                                                    .text(validation.messageExpression()))));
        }
        List<Note> notes = new ArrayList<>();
        for (AuditAnnotation annotation : spec.auditAnnotations()) {
            notes.add(
                    new Note(
                            annotation.key(),
                            programs.expressions().textOrNull(annotation.valueExpression())));
        }
        return new ValidatingPolicy(programs, checks, notes);
    }
}
