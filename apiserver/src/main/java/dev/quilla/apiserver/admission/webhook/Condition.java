package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An expression that must hold for a webhook to be called. Thread-safe. */
final class Condition {

    /** What expressions may read. */
    static final Set<String> VARIABLES = Set.of("object", "oldObject", "request");

    private final String name;
    private final Expressions expressions;
    private final String source;
    private volatile @Nullable Expression compiled;

    Condition(Expressions expressions, MatchCondition condition) {
        this.expressions = expressions;
        this.name = condition.name();
        this.source = condition.expression();
    }

    /**
     * Whether it holds.
     *
     * @throws ExpressionException if that can't be said
     */
    boolean holds(Map<String, Object> variables, Budget budget) throws ExpressionException {
        Expression expression = compiled;
        if (expression == null) {
            expression = expressions.condition(source);
            compiled = expression;
        }
        return expression.evaluate(variables, budget).filter(Boolean.TRUE::equals).isPresent();
    }

    String name() {
        return name;
    }
}
