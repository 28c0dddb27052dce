package dev.quilla.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import dev.quilla.model.Definition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final List<Functions> LIBRARIES =
            List.of(
                    TextFormat.functions(),
                    QuantityFunctions.functions(),
                    UrlFunctions.functions(),
                    AddressFunctions.functions(),
                    SemverFunctions.functions(),
                    FormatFunctions.functions());

    private final Map<String, CelType> variables;
    private final boolean constructs;
    private final @Nullable CelTypeProvider types;
    private @Nullable Environment environment;

    private record Environment(CelCompiler compiler, CelRuntime runtime) {}

    /** Expressions that may read these variables. */
    public Expressions(Set<String> variables) {
        this(
                variables.stream().collect(Collectors.toMap(v -> v, v -> SimpleType.DYN)),
                false,
                null);
    }

    private Expressions(
            Map<String, CelType> variables, boolean constructs, @Nullable CelTypeProvider types) {
        this.variables = Map.copyOf(variables);
        this.constructs = constructs;
        this.types = types;
    }

    /** What stands for bytes among the values of variables. */
    public static Object bytes(byte[] content) {
        return CelByteString.of(content);
    }

    /** The same, which may also ask an {@link Authority} under the name {@code authorizer}. */
    public Expressions withAuthorizer() {
        return with("authorizer", AuthorityFunctions.AUTHORIZER)
                .with("authorizer.requestResource", AuthorityFunctions.RESOURCE_CHECK);
    }

    /** The same, which may also construct objects and JSON patches. */
    public Expressions withConstructions() {
        return new Expressions(variables, true, types);
    }

    /** The same with a variable that is worth what an expression is. */
    public Expressions with(String variable, Expression worth) {
        return with(variable, worth.type());
    }

    /** The same with a variable of which nothing is known. */
    public Expressions with(String variable) {
        return with(variable, SimpleType.DYN);
    }

    /**
     * The same, where {@code object} and {@code oldObject} are objects of a definition: to find out
     * what is doubtful about an expression, not to evaluate it.
     */
    public Expressions typed(Definition definition) {
        DefinitionTypes known = new DefinitionTypes();
        Map<String, CelType> all = new LinkedHashMap<>(variables);
        all.put("object", known.of(definition));
        all.put("oldObject", known.of(definition));
        return new Expressions(all, constructs, known);
    }

    /**
     * The same, where {@code self} is of a shape, and so is {@code oldSelf}: to find out what is
     * wrong with an expression and what it may cost, not to evaluate it.
     *
     * @param optionalBefore whether {@code oldSelf} may be missing, and says so itself
     */
    public Expressions shaped(Shape shape, boolean optionalBefore) {
        ShapeTypes known = new ShapeTypes(shape);
        Map<String, CelType> all = new LinkedHashMap<>(variables);
        all.put("self", known.whole());
        all.put("oldSelf", optionalBefore ? OptionalType.create(known.whole()) : known.whole());
        return new Expressions(all, constructs, known);
    }

    private Expressions with(String variable, CelType type) {
        Map<String, CelType> all = new LinkedHashMap<>(variables);
        all.put(variable, type);
        return new Expressions(all, constructs, types);
    }

    /**
     * Compiles one that tells whether something holds.
     *
     * @throws ExpressionException if it is malformed, or can't be true or false
     */
    public Expression condition(String source) throws ExpressionException {
        return compile(source, "bool", SimpleType.BOOL);
    }

    /**
     * Compiles one that makes a text.
     *
     * @throws ExpressionException if it is malformed, or can't be a text
     */
    public Expression text(String source) throws ExpressionException {
        return compile(source, "string", SimpleType.STRING);
    }

    /**
     * Compiles one that makes a text, or nothing.
     *
     * @throws ExpressionException if it is malformed, or can't be either
     */
    public Expression textOrNull(String source) throws ExpressionException {
        return compile(
                source, "one of [string null_type]", SimpleType.STRING, SimpleType.NULL_TYPE);
    }

    /**
     * Compiles one that makes anything.
     *
     * @throws ExpressionException if it is malformed
     */
    public Expression any(String source) throws ExpressionException {
        return compile(source, "anything");
    }

    private Expression compile(String source, String words, CelType... wanted)
            throws ExpressionException {
        Environment with = environment();
        try {
            CelAbstractSyntaxTree parsed = tree(with.compiler().parse(source));
            CelAbstractSyntaxTree tree =
                    tree(with.compiler().check(constructs ? Constructions.asMaps(parsed) : parsed));
            CelType type = tree.getResultType();
            boolean fits =
                    wanted.length == 0
                            || type.equals(SimpleType.DYN)
                            || List.of(wanted).contains(type);
            if (!fits) {
                throw new ExpressionException(
                        "must evaluate to %s but got %s".formatted(words, type.name()));
            }
            return new Expression(with.runtime().createProgram(tree), tree);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new ExpressionException("compilation failed: " + e.getMessage());
        }
    }

    private static CelAbstractSyntaxTree tree(CelValidationResult result)
            throws ExpressionException, CelValidationException {
        if (result.hasError()) {
            throw new ExpressionException("compilation failed: " + errors(result));
        }
        return result.getAst();
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
                                CelExtensions.lists(),
                                CelExtensions.comprehensions())
                        .addFunctionDeclarations(KubernetesFunctions.declarations())
                        .addFunctionDeclarations(FormatFunctions.constants())
                        .addFunctionDeclarations(AuthorityFunctions.declarations());
        LIBRARIES.forEach(library -> builder.addFunctionDeclarations(library.declarations()));
        if (types != null) {
            builder.setTypeProvider(types);
        }
        variables.forEach(builder::addVar);
        return builder.build();
    }

    private static CelRuntime runtime() {
        CelRuntimeBuilder builder = CelRuntimeFactory.standardCelRuntimeBuilder();
        LIBRARIES.forEach(library -> builder.addFunctionBindings(library.bindings()));
        return builder.setOptions(OPTIONS)
                .addLibraries(
                        CelExtensions.strings(),
                        CelExtensions.math(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.encoders(OPTIONS),
                        CelExtensions.optional(),
                        CelExtensions.lists(),
                        CelExtensions.comprehensions())
                .addFunctionBindings(KubernetesFunctions.bindings())
                .addFunctionBindings(FormatFunctions.constantBindings())
                .addFunctionBindings(AuthorityFunctions.bindings())
                .build();
    }
}
