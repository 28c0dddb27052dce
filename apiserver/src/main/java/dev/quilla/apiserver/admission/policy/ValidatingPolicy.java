package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.AuditAnnotation;
import dev.quilla.model.admissionregistration.v1.ParamKind;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import dev.quilla.model.admissionregistration.v1.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A policy that may refuse; compiled when it is first asked. Thread-safe. */
final class ValidatingPolicy implements Policy {

    private final String name;
    private final ValidatingAdmissionPolicySpec spec;
    private final MatchRules match;
    private volatile @Nullable Compiled compiled;

    /** What it checks, and what it notes for audits. */
    record Compiled(Programs programs, List<Check> checks, List<Note> notes) {
        Compiled {
            checks = List.copyOf(checks);
            notes = List.copyOf(notes);
        }
    }

    /** An expression that must hold, and what is said when it does not. */
    record Check(Validation source, Expression expression, Optional<Expression> message) {}

    /** Something to be written down. */
    record Note(String key, Expression value) {}

    private ValidatingPolicy(ValidatingAdmissionPolicy policy) {
        this.name = policy.name();
        this.spec = policy.spec();
        this.match = MatchRules.ofPolicy(spec.matchConstraints());
    }

    static ValidatingPolicy of(Struct policy) {
        return new ValidatingPolicy(new ValidatingAdmissionPolicy(policy));
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

    private static Compiled compile(ValidatingAdmissionPolicySpec spec) throws ExpressionException {
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
        return new Compiled(programs, checks, notes);
    }
}
