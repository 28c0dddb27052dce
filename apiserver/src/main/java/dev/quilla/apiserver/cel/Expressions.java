package dev.quilla.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compiles expressions over some variables, with the functions that Kubernetes adds to the
 * language. What it needs for that is made when the first expression comes, since most clusters
 * have none. Thread-safe.
 */
public final class Expressions {

    /** What stands for null among the values of variables. */
    public static final Object NULL = NullValue.NULL_VALUE;

    /** Longer ones are programs. */
    private static final int LENGTH_MAX = 16 << 10;

    private static final int DEPTH_MAX = 100;

    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .maxExpressionCodePointSize(LENGTH_MAX)
                    .maxParseRecursionDepth(DEPTH_MAX)
                    .enableHeterogeneousNumericComparisons(true)
                    .enableRegexPartialMatch(true)
                    .build();

    private final Set<String> variables;
    private @Nullable Environment environment;

    private record Environment(CelCompiler compiler, CelRuntime runtime) {}

    /** Expressions that may read these variables. */
    public Expressions(Set<String> variables) {
        this.variables = Set.copyOf(variables);
    }

    /**
     * Compiles one that tells whether something holds.
     *
     * @throws ExpressionException if it is malformed, or can't be true or false
     */
    public Expression condition(String source) throws ExpressionException {
        return compile(source, SimpleType.BOOL, "true or false");
    }

    /**
     * Compiles one that makes a text.
     *
     * @throws ExpressionException if it is malformed, or can't be a text
     */
    public Expression text(String source) throws ExpressionException {
        return compile(source, SimpleType.STRING, "a string");
    }

    private Expression compile(String source, CelType wanted, String words)
            throws ExpressionException {
        Environment with = environment();
        CelValidationResult result = with.compiler().compile(source);
        try {
            if (result.hasError()) {
                throw new ExpressionException("compilation failed: " + errors(result));
            }
            CelAbstractSyntaxTree tree = result.getAst();
            CelType type = tree.getResultType();
            if (!type.equals(wanted) && !type.equals(SimpleType.DYN)) {
                throw new ExpressionException(
                        "it must be %s, not %s".formatted(words, type.name()));
            }
            return new Expression(with.runtime().createProgram(tree), tree);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new ExpressionException("compilation failed: " + e.getMessage());
        }
    }

    private static String errors(CelValidationResult result) {
        return result.getErrors().stream()
                .map(issue ->
                        "%d:%d: %s"
                                .formatted(
                                        issue.getSourceLocation().getLine(),
                                        issue.getSourceLocation().getColumn() + 1,
                                        issue.getMessage()))
                .collect(Collectors.joining("; "));
    }

    private synchronized Environment environment() {
        Environment made = environment;
        if (made == null) {
            made = new Environment(compiler(), runtime());
            environment = made;
        }
        return made;
    }

    private CelCompiler compiler() {
        CelCompilerBuilder builder =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(OPTIONS)
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .addLibraries(
                                CelExtensions.strings(),
                                CelExtensions.math(),
                                CelExtensions.sets(OPTIONS),
                                CelExtensions.encoders(OPTIONS),
                                CelExtensions.optional(),
                                CelExtensions.bindings(),
                                CelExtensions.comprehensions())
                        .addFunctionDeclarations(KubernetesFunctions.declarations());
        variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
        return builder.build();
    }

    private static CelRuntime runtime() {
        return CelRuntimeFactory.standardCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .addLibraries(
                        CelExtensions.strings(),
                        CelExtensions.math(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.encoders(OPTIONS),
                        CelExtensions.optional(),
                        CelExtensions.comprehensions())
                .addFunctionBindings(KubernetesFunctions.bindings())
                .build();
    }
}
