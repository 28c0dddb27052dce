package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.policy.ValidatingPolicy.Check;
import dev.quilla.apiserver.admission.policy.ValidatingPolicy.Note;
import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is wrong with a request in the eyes of a policy.
 *
 * @param check which of its validations is broken
 * @param reason as clients read it; empty for the usual one
 */
record Verdict(int check, String reason, String message) {

    /**
     * All that a policy says of a request.
     *
     * @param broken what is wrong
     * @param notes what is to be written down about it, by key
     */
    record Findings(List<Verdict> broken, Map<String, String> notes) {}

    private static final int MESSAGE_MAX = 5 << 10;
    private static final int NOTE_MAX = 10 << 10;

    /** Asks a policy. */
    static Findings of(
            Policy<ValidatingPolicy> policy, Map<String, Supplier<Object>> values, Budget budget) {
        List<Verdict> broken = new ArrayList<>();
        Map<String, String> notes = new LinkedHashMap<>();
        try {
            ValidatingPolicy compiled = policy.compiled();
            Scope scope = new Scope(values, compiled.programs().variables(), budget);
            if (compiled.programs().conditions().hold(scope, budget)) {
                for (int i = 0; i < compiled.checks().size(); i++) {
                    of(policy, i, compiled.checks().get(i), scope, budget).ifPresent(broken::add);
                }
                for (Note note : compiled.notes()) {
                    text(note.value(), scope, budget, NOTE_MAX)
                            .ifPresent(text -> notes.put(note.key(), text));
                }
            }
        } catch (ExpressionException e) {
            failure(policy, 0, e.getMessage()).ifPresent(broken::add);
        }
        return new Findings(broken, notes);
    }

    private static Optional<Verdict> of(
            Policy<?> policy, int index, Check check, Scope scope, Budget budget) {
        try {
            return check.expression().holds(scope, budget)
                    ? Optional.empty()
                    : Optional.of(
                            new Verdict(
                                    index, check.source().reason(), message(check, scope, budget)));
        } catch (ExpressionException e) {
            return failure(
                    policy,
                    index,
                    "expression '%s' resulted in error: %s"
                            .formatted(check.source().expression().strip(), e.getMessage()));
        }
    }

    private static Optional<Verdict> failure(Policy<?> policy, int index, String why) {
        return policy.ignoresFailure()
                ? Optional.empty()
                : Optional.of(new Verdict(index, "", why));
    }

    /** What its own expression says, if that can be shown; else its message, or its rule. */
    private static String message(Check check, Scope scope, Budget budget) {
        String message = check.source().message().strip();
        String usual =
                message.isEmpty()
                        ? "failed expression: " + check.source().expression().strip()
                        : message;
        if (check.message().isEmpty()) {
            return usual;
        }
        try {
            return text(check.message().get(), scope, budget, MESSAGE_MAX)
                    .filter(text -> !text.contains("\n"))
                    .orElse(usual);
        } catch (ExpressionException e) {
            // The rule is broken all the same; its author is told when the policy is checked.
            return usual;
        }
    }

    /** What an expression makes, if it is a text that can be shown. */
    private static Optional<String> text(Expression expression, Scope scope, Budget budget, int max)
            throws ExpressionException {
        return expression
                .evaluate(scope, budget)
                .filter(String.class::isInstance)
                .map(value -> value.toString().strip())
                .filter(text -> !text.isEmpty() && text.length() <= max);
    }
}
