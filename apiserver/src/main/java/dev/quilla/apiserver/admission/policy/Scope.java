package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.cel.Values;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the expressions of a policy read while they look at one request with one parameter: each
 * value is made when it is first read, variables too. Used by one thread.
 */
final class Scope implements Values {

    private static final String VARIABLE = "variables.";

    private final Map<String, Supplier<Object>> given;
    private final Map<String, Expression> variables;
    private final Budget budget;
    private final Map<String, Object> known = new HashMap<>();

    Scope(Map<String, Supplier<Object>> given, Map<String, Expression> variables, Budget budget) {
        this.given = given;
        this.variables = variables;
        this.budget = budget;
    }

    @Override
    public Optional<Object> find(String name) {
        Object value = known.get(name);
        if (value == null) {
            Optional<Object> found = make(name);
            found.ifPresent(v -> known.put(name, v));
            return found;
        }
        return Optional.of(value);
    }

    private Optional<Object> make(String name) {
        if (!name.startsWith(VARIABLE)) {
            return Optional.ofNullable(given.get(name)).map(Supplier::get);
        }
        String variable = name.substring(VARIABLE.length());
        Expression expression = variables.get(variable);
        if (expression == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(expression.evaluate(this, budget).orElse(Expressions.NULL));
        } catch (ExpressionException e) {
            throw new ValueException(
                    "composited variable \"%s\" fails to evaluate: %s"
                            .formatted(variable, e.getMessage()));
        }
    }
}
