package dev.quilla.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Functions under the making: what each is called and takes, beside what it does. */
@SuppressWarnings("Immutable") // what functions do depends on nothing but what they are given
final class Functions {

    private final String prefix;
    private final List<CelFunctionDecl> declarations = new ArrayList<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /**
     * None yet.
     *
     * @param prefix what their internal names begin with, so that no two libraries share one
     */
    Functions(String prefix) {
        this.prefix = prefix;
    }

    List<CelFunctionDecl> declarations() {
        return List.copyOf(declarations);
    }

    List<CelFunctionBinding> bindings() {
        return List.copyOf(bindings);
    }

    /** A function of one value. */
    <A> Functions global(
            String name, CelType result, CelType type, Class<A> a, Function<A, Object> does) {
        String id = id(name);
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, type));
        bindings.add(CelFunctionBinding.from(id, a, does::apply));
        return this;
    }

    /** A function of two values. */
    <A, B> Functions global(
            String name,
            CelType result,
            CelType first,
            Class<A> a,
            CelType second,
            Class<B> b,
            BiFunction<A, B, Object> does) {
        String id = id(name);
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, first, second));
        bindings.add(CelFunctionBinding.from(id, a, b, does::apply));
        return this;
    }

    /** A function that a value has. */
    <A> Functions member(
            String name, CelType result, CelType type, Class<A> a, Function<A, Object> does) {
        String id = id(name);
        declare(name, CelOverloadDecl.newMemberOverload(id, result, type));
        bindings.add(CelFunctionBinding.from(id, a, does::apply));
        return this;
    }

    /** A function that a value has and that takes another. */
    <A, B> Functions member(
            String name,
            CelType result,
            CelType type,
            Class<A> a,
            CelType argument,
            Class<B> b,
            BiFunction<A, B, Object> does) {
        String id = id(name);
        declare(name, CelOverloadDecl.newMemberOverload(id, result, type, argument));
        bindings.add(CelFunctionBinding.from(id, a, b, does::apply));
        return this;
    }

    private String id(String name) {
        return prefix + "_" + name + "_" + bindings.size();
    }

    private void declare(String name, CelOverloadDecl overload) {
        declarations.add(CelFunctionDecl.newFunctionDeclaration(name, overload));
    }
}
