package dev.quilla.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableComprehension;
import dev.cel.common.ast.CelMutableExpr.CelMutableMap;
import dev.cel.common.ast.CelMutableExpr.CelMutableStruct;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Objects that expressions construct by name, as {@code Object{spec: Object.spec{replicas: 1}}} and
 * {@code JSONPatch{op: "remove", path: "/a"}} do: they are taken for maps of their fields, so that
 * a value is a value whoever made it. What fields there may be is checked when the value is used.
 */
final class Constructions {

    private static final String OBJECT = "Object";
    private static final String PATCH = "JSONPatch";
    private static final Set<String> PATCH_FIELDS = Set.of("op", "path", "from", "value");

    private long id;

    private Constructions(long id) {
        this.id = id;
    }

    /**
     * The same expression with maps.
     *
     * @throws ExpressionException if it constructs something else
     */
    static CelAbstractSyntaxTree asMaps(CelAbstractSyntaxTree parsed) throws ExpressionException {
        CelMutableAst tree = CelMutableAst.fromCelAst(parsed);
        new Constructions(highest(tree.expr())).rewrite(tree.expr());
        return tree.toParsedAst();
    }

    private static long highest(CelMutableExpr expression) {
        long highest = expression.id();
        for (CelMutableExpr child : children(expression)) {
            highest = Math.max(highest, highest(child));
        }
        switch (expression.getKind()) {
            case MAP -> {
                for (CelMutableMap.Entry entry : expression.map().entries()) {
                    highest = Math.max(highest, entry.id());
                }
            }
            case STRUCT -> {
                for (CelMutableStruct.Entry entry : expression.struct().entries()) {
                    highest = Math.max(highest, entry.id());
                }
            }
            default -> {
                // Others have no parts that are no expressions.
            }
        }
        return highest;
    }

    private void rewrite(CelMutableExpr expression) throws ExpressionException {
        for (CelMutableExpr child : children(expression)) {
            rewrite(child);
        }
        if (expression.getKind() == Kind.STRUCT) {
            expression.setMap(map(expression.struct()));
        }
    }

    private CelMutableMap map(CelMutableStruct struct) throws ExpressionException {
        String name = struct.messageName();
        boolean patch = name.equals(PATCH);
        if (!patch && !name.equals(OBJECT) && !name.startsWith(OBJECT + ".")) {
            throw new ExpressionException("compilation failed: there is no type '" + name + "'");
        }
        List<CelMutableMap.Entry> entries = new ArrayList<>();
        for (CelMutableStruct.Entry field : struct.entries()) {
            if (patch && !PATCH_FIELDS.contains(field.fieldKey())) {
                throw new ExpressionException(
                        "compilation failed: undefined field '" + field.fieldKey() + "'");
            }
            entries.add(
                    CelMutableMap.Entry.create(
                            field.id(),
                            CelMutableExpr.ofConstant(
                                    ++id, CelConstant.ofValue(unescaped(field.fieldKey()))),
                            field.value(),
                            field.optionalEntry()));
        }
        return CelMutableMap.create(entries);
    }

    /** Names that are words of the language are written with underscores around them. */
    private static String unescaped(String field) {
        return field.startsWith("__") && field.endsWith("__") && field.length() > 4
                ? field.substring(2, field.length() - 2)
                : field.replace("__dash__", "-")
                        .replace("__dot__", ".")
                        .replace("__slash__", "/")
                        .replace("__underscores__", "__");
    }

    private static List<CelMutableExpr> children(CelMutableExpr expression) {
        List<CelMutableExpr> children = new ArrayList<>();
        switch (expression.getKind()) {
            case SELECT -> children.add(expression.select().operand());
            case CALL -> {
                expression.call().target().ifPresent(children::add);
                children.addAll(expression.call().args());
            }
            case LIST -> children.addAll(expression.list().elements());
            case STRUCT -> expression.struct().entries().forEach(e -> children.add(e.value()));
            case MAP ->
                    expression
                            .map()
                            .entries()
                            .forEach(e -> {
                                children.add(e.key());
                                children.add(e.value());
                            });
            case COMPREHENSION -> {
                CelMutableComprehension all = expression.comprehension();
                children.addAll(
                        List.of(
                                all.iterRange(),
                                all.accuInit(),
                                all.loopCondition(),
                                all.loopStep(),
                                all.result()));
            }
            case CONSTANT, IDENT, NOT_SET -> {
                // Nothing below.
            }
        }
        return children;
    }
}
