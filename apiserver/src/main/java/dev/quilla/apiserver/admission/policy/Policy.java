package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MatchResources;
import dev.quilla.model.admissionregistration.v1.ParamKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy of either sort, as its object describes it; compiled when it is first asked. Compared by
 * identity. Thread-safe.
 *
 * @param <C> what its expressions are compiled to
 */
final class Policy<C> {

    private final Struct object;
    private final Struct spec;
    private final MatchRules match;
    private final Compiler<C> compiler;
    private volatile @Nullable C compiled;

    /** Compiles the expressions of a policy. */
    interface Compiler<C> {

        /**
         * Compiles them.
         *
         * @throws ExpressionException that names the first one that can't be
         */
        C compile(Struct policy) throws ExpressionException;
    }

    /** A policy that was accepted, and so has what it must have. */
    Policy(Struct object, Compiler<C> compiler) {
        this.object = object;
        this.spec = (Struct) object.find("spec").orElseThrow();
        this.match =
                MatchRules.ofPolicy(
                        new MatchResources((Struct) spec.find("matchConstraints").orElseThrow()));
        this.compiler = compiler;
    }

    /** Its name. */
    String name() {
        return object.text("metadata", "name");
    }

    /** Which requests it is about. */
    MatchRules match() {
        return match;
    }

    /** The kind of its parameters. */
    Optional<ParamKind> paramKind() {
        return spec.find("paramKind").map(kind -> new ParamKind((Struct) kind));
    }

    /** Whether requests go on where it can't be followed. */
    boolean ignoresFailure() {
        return spec.text("failurePolicy").equals("Ignore");
    }

    /** Whether it is asked again for what others change after it. */
    boolean again() {
        return spec.text("reinvocationPolicy").equals("IfNeeded");
    }

    /**
     * Its expressions.
     *
     * @throws ExpressionException if they can't be compiled; they could when they were written
     */
    C compiled() throws ExpressionException {
        C known = compiled;
        if (known == null) {
            known = compiler.compile(object);
            compiled = known;
        }
        return known;
    }
}
