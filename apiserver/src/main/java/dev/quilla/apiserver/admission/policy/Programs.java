package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.admissionregistration.v1.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the expressions of one policy have in common: its variables, and the conditions on which it
 * applies. Immutable.
 *
 * @param expressions compiles the policy's own expressions
 * @param variables by name, in the order in which they may read one another
 * @param conditions by name
 */
record Programs(
        Expressions expressions,
        Map<String, Expression> variables,
        Map<String, Expression> conditions) {

    private static final Expressions CONDITIONS =
            new Expressions(Set.of("object", "oldObject", "request", "params", "namespaceObject"))
                    .withAuthorizer();

    /**
     * Compiles them.
     *
     * @throws ExpressionException that names the first one that can't be
     */
    static Programs of(List<Variable> variables, List<MatchCondition> conditions, boolean mutates)
            throws ExpressionException {
        Expressions expressions = mutates ? CONDITIONS.withConstructions() : CONDITIONS;
        Map<String, Expression> compiled = new LinkedHashMap<>();
        for (Variable variable : variables) {
            Expression worth = expressions.any(variable.expression());
            compiled.put(variable.name(), worth);
            expressions = expressions.with("variables." + variable.name(), worth);
        }
        Map<String, Expression> wanted = new LinkedHashMap<>();
        for (MatchCondition condition : conditions) {
            wanted.put(condition.name(), CONDITIONS.condition(condition.expression()));
        }
        return new Programs(expressions, compiled, wanted);
    }

    /** Where conditions are compiled: they know no variables. */
    static Expressions forConditions() {
        return CONDITIONS;
    }

    /**
     * Whether all conditions hold.
     *
     * @throws ExpressionException if none is known not to hold, and one can't be told
     */
    boolean apply(Scope scope, Budget budget) throws ExpressionException {
        String failure = "";
        for (Map.Entry<String, Expression> condition : conditions.entrySet()) {
            try {
                if (!isTrue(condition.getValue(), scope, budget)) {
                    return false;
                }
            } catch (ExpressionException e) {
                failure =
                        "matchCondition '%s' resulted in error: %s"
                                .formatted(condition.getKey(), e.getMessage());
            }
        }
        if (!failure.isEmpty()) {
            throw new ExpressionException(failure);
        }
        return true;
    }

    static boolean isTrue(Expression expression, Scope scope, Budget budget)
            throws ExpressionException {
        return expression.evaluate(scope, budget).filter(Boolean.TRUE::equals).isPresent();
    }
}
