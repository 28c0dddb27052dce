package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.Conditions;
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
 */
record Programs(Expressions expressions, Map<String, Expression> variables, Conditions conditions) {

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
        return new Programs(expressions, compiled, new Conditions(conditions, CONDITIONS));
    }

    /** Where conditions are compiled: they know no variables. */
    static Expressions forConditions() {
        return CONDITIONS;
    }
}
