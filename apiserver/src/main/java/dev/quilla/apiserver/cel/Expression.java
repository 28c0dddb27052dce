package dev.quilla.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.common.types.CelType;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An expression that was compiled; evaluating it changes nothing. Thread-safe. */
public final class Expression {

    private final CelRuntime.Program program;
    private final CelAbstractSyntaxTree tree;
    private final CelType type;
    private final Set<String> variables;

    Expression(CelRuntime.Program program, CelAbstractSyntaxTree tree) {
        this.program = program;
        this.tree = tree;
        this.type = tree.getResultType();
        this.variables = Variables.of(tree.getExpr());
    }

    /** What its value is, as far as that is known. */
    CelType type() {
        return type;
    }

    /** Whether it reads a variable. */
    public boolean uses(String variable) {
        return variables.contains(variable);
    }

    /**
     * How much it costs at most to evaluate it, in units of which a comparison takes one.
     *
     * @param self what {@code self} and {@code oldSelf} are
     */
    public long costMax(Shape self) {
        return Costs.max(tree, self);
    }

    /**
     * Its value: a text, number, boolean, list or map; empty for null.
     *
     * @param values of the variables; plain lists, maps, texts, numbers and booleans
     * @throws ExpressionException if it has none, or the budget is spent
     */
    public Optional<Object> evaluate(Map<String, ?> values, Budget budget)
            throws ExpressionException {
        return evaluate((Values) name -> Optional.ofNullable(values.get(name)), budget);
    }

    /**
     * Its value, as {@link #evaluate(Map, Budget)} has it.
     *
     * @param values of the variables, found when they are read
     * @throws ExpressionException if it has none, or the budget is spent
     */
    public Optional<Object> evaluate(Values values, Budget budget) throws ExpressionException {
        try {
            Object value =
                    program.trace(
                            (CelVariableResolver) values::find,
                            (CelExpr expr, Object result) -> budget.spend());
            return value instanceof NullValue ? Optional.empty() : Optional.of(value);
        } catch (CelEvaluationException
                | CelRuntimeException
                | Values.ValueException
                | Budget.SpentException e) {
            if (budget.isSpent()) {
                throw new ExpressionException(
                        "it takes too many steps: simplify it, or limit the"
                                + " size of what it looks at with maxItems, maxProperties and maxLength");
            }
            throw new ExpressionException(firstLine(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Whether a condition holds.
     *
     * @param values of the variables, found when they are read
     * @throws ExpressionException if that can't be told, or the budget is spent
     */
    public boolean holds(Values values, Budget budget) throws ExpressionException {
        return evaluate(values, budget).filter(Boolean.TRUE::equals).isPresent();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("it has no value");
    }
}
