package dev.quilla.apiserver.admission.match;

import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.cel.Values;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code matchConditions} of a policy or webhook: expressions that all must hold for it to be
 * asked. Compiled when they are first asked. Thread-safe.
 */
public final class Conditions {

    private static final int COUNT_MAX = 64;

    private final List<MatchCondition> sources;
    private final Expressions expressions;
    private volatile @Nullable List<Expression> compiled;

    /** Conditions whose expressions may read what these may. */
    public Conditions(List<MatchCondition> sources, Expressions expressions) {
        this.sources = List.copyOf(sources);
        this.expressions = expressions;
    }

    /** Whether there are none, which always hold. */
    public boolean isEmpty() {
        return sources.isEmpty();
    }

    /**
     * Whether all hold.
     *
     * @throws ExpressionException if none is known not to hold, and one can't be told
     */
    public boolean hold(Values values, Budget budget) throws ExpressionException {
        String failure = "";
        List<Expression> compiled = compiled();
        for (int i = 0; i < compiled.size(); i++) {
            try {
                if (!compiled.get(i).holds(values, budget)) {
                    return false;
                }
            } catch (ExpressionException e) {
                String source = sources.get(i).expression().strip();
                failure = "expression '%s' resulted in error: %s".formatted(source, e.getMessage());
            }
        }
        if (!failure.isEmpty()) {
            throw new ExpressionException(failure);
        }
        return true;
    }

    private List<Expression> compiled() throws ExpressionException {
        List<Expression> known = compiled;
        if (known == null) {
            known = new ArrayList<>();
            for (MatchCondition source : sources) {
                known.add(expressions.condition(source.expression()));
            }
            compiled = known;
        }
        return known;
    }

    /**
     * What is wrong with conditions, with the words of Kubernetes.
     *
     * @param at the field they are in
     */
    public static void check(
            List<MatchCondition> conditions,
            Expressions expressions,
            String at,
            List<FieldError> errors) {
        if (conditions.size() > COUNT_MAX) {
            errors.add(
                    new FieldError(
                            FieldError.Type.TOO_MANY,
                            at,
                            Integer.toString(conditions.size()),
                            "must have at most " + COUNT_MAX + " items"));
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String place = at + "[" + i + "]";
            String name = conditions.get(i).name();
            if (name.isEmpty()) {
                errors.add(FieldError.required(place + ".name", ""));
            } else {
                Names.qualified(name)
                        .ifPresent(
                                why -> errors.add(FieldError.invalid(place + ".name", name, why)));
                if (!names.add(name)) {
                    errors.add(FieldError.duplicate(place + ".name", name));
                }
            }
            check(conditions.get(i).expression(), expressions, place + ".expression", errors);
        }
    }

    private static void check(
            String source, Expressions expressions, String at, List<FieldError> errors) {
        if (source.isBlank()) {
            errors.add(FieldError.required(at, ""));
            return;
        }
        try {
            expressions.condition(source);
        } catch (ExpressionException e) {
            errors.add(FieldError.invalid(at, source, e.getMessage()));
        }
    }
}
