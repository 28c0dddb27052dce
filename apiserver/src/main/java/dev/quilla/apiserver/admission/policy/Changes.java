package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.policy.MutatingPolicy.Change;
import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.Struct;
import dev.quilla.model.apply.Merge;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.UnknownFields;
import dev.quilla.model.patch.JsonPatch;
import dev.quilla.model.patch.PatchException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Does to objects what expressions of mutating policies say. */
final class Changes {

    /** What an object keeps, whatever a policy says. */
    private static final List<String> KEPT = List.of("name", "namespace", "uid");

    private Changes() {}

    /**
     * An object as a change wants it.
     *
     * @throws ExpressionException if it can't be done
     */
    static Struct made(Struct object, Change change, Scope scope, Budget budget)
            throws ExpressionException {
        Object value = change.expression().evaluate(scope, budget).orElse(Expressions.NULL);
        try {
            Object tree = Trees.json(value);
            Struct changed = change.patch() ? patched(object, tree) : applied(object, tree);
            for (String name : KEPT) {
                if (!object.text("metadata", name).equals(changed.text("metadata", name))) {
                    throw new ExpressionException("it may not change metadata." + name);
                }
            }
            return changed;
        } catch (PatchException | DecodeException | IllegalArgumentException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()));
        }
    }

    private static Struct patched(Struct object, @Nullable Object patch) {
        if (!(patch instanceof List<?>)) {
            throw new IllegalArgumentException("a JSON patch must be a list of JSONPatch");
        }
        Map<String, @Nullable Object> tree = JsonTree.parseObject(JsonCodec.encode(object));
        try {
            Object result = JsonPatch.apply(tree, patch);
            return JsonCodec.decode(object.definition(), JsonTree.write(result));
        } catch (PatchException e) {
            if (e.isTest()) {
                // A policy tests whether there is something to do for it.
                return object;
            }
            throw e;
        }
    }

    private static Struct applied(Struct object, @Nullable Object config) {
        if (!(config instanceof Map<?, ?> fields)) {
            throw new IllegalArgumentException("an apply configuration must be an Object");
        }
        Map<Object, @Nullable Object> rest = new LinkedHashMap<>(fields);
        rest.keySet().removeAll(List.of("apiVersion", "kind"));
        Struct wanted =
                JsonCodec.decode(object.definition(), JsonTree.write(rest), UnknownFields.STRICT)
                        .struct();
        if (wanted.at("metadata", "managedFields").isPresent()) {
            throw new IllegalArgumentException("metadata.managedFields must be nil");
        }
        return Merge.of(object, wanted);
    }
}
