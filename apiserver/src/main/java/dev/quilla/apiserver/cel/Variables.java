package dev.quilla.apiserver.cel;

import dev.cel.common.ast.CelExpr;
import java.util.HashSet;
import java.util.Set;

/** Finds the names that an expression reads. */
final class Variables {

    private Variables() {}

    static Set<String> of(CelExpr expression) {
        Set<String> names = new HashSet<>();
        collect(expression, names);
        return Set.copyOf(names);
    }

    private static void collect(CelExpr expression, Set<String> names) {
        switch (expression.getKind()) {
            case IDENT -> names.add(expression.ident().name());
            case SELECT -> collect(expression.select().operand(), names);
            case CALL -> {
                expression.call().target().ifPresent(target -> collect(target, names));
                expression.call().args().forEach(argument -> collect(argument, names));
            }
            case LIST -> expression.list().elements().forEach(item -> collect(item, names));
            case MAP ->
                    expression
                            .map()
                            .entries()
                            .forEach(entry -> {
                                collect(entry.key(), names);
                                collect(entry.value(), names);
                            });
            case STRUCT ->
                    expression.struct().entries().forEach(entry -> collect(entry.value(), names));
            case COMPREHENSION -> {
                collect(expression.comprehension().iterRange(), names);
                collect(expression.comprehension().accuInit(), names);
                collect(expression.comprehension().loopCondition(), names);
                collect(expression.comprehension().loopStep(), names);
                collect(expression.comprehension().result(), names);
            }
            default -> {
                // Constants read nothing.
            }
        }
    }
}
