package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.RequestValues;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.ParamKind;
import dev.quilla.model.admissionregistration.v1.ParamRef;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.selector.Selector;
import dev.quilla.store.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters that a binding gives its policy, from this master's own state. Thread-safe. */
final class Params {

    private static final List<Object> NONE = List.of(Expressions.NULL);

    private final ResourceRegistry registry;
    private final ObjectStore objects;

    Params(ResourceRegistry registry, ObjectStore objects) {
        this.registry = registry;
        this.objects = objects;
    }

    /**
     * With what the policy is asked, once each; as expressions see it.
     *
     * @param namespace of the request
     * @throws ExpressionException if it is configured in a way that can't be followed
     */
    List<Object> of(Optional<ParamKind> kind, Optional<ParamRef> reference, String namespace)
            throws ExpressionException {
        if (kind.isEmpty() || reference.isEmpty()) {
            return NONE;
        }
        ServedResource resource = resource(kind.get());
        ParamRef wanted = reference.get();
        String where = namespace(resource, wanted, namespace);
        List<Struct> found =
                wanted.name().isEmpty()
                        ? selected(resource, wanted, where)
                        : named(resource, new ObjectKey(where, wanted.name()));
        if (found.isEmpty() && wanted.parameterNotFoundAction().equals("Deny")) {
            throw new ExpressionException(
                    "no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found.stream()
                .map(o -> RequestValues.object(Optional.of(o), resource.gvk()))
                .toList();
    }

    private ServedResource resource(ParamKind kind) throws ExpressionException {
        return registry.find(GroupVersion.parse(kind.apiVersion()).kind(kind.kind()))
                .orElseThrow(() ->
                        new ExpressionException(
                                "failed to find resource referenced by paramKind: '%s, Kind=%s'"
                                        .formatted(kind.apiVersion(), kind.kind())));
    }

    private static String namespace(ServedResource resource, ParamRef wanted, String namespace)
            throws ExpressionException {
        if (!resource.type().namespaced()) {
            if (!wanted.namespace().isEmpty()) {
                throw new ExpressionException(
                        "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
            }
            return "";
        }
        String where = wanted.namespace().isEmpty() ? namespace : wanted.namespace();
        if (where.isEmpty()) {
            throw new ExpressionException(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped"
                            + " resources");
        }
        return where;
    }

    private List<Struct> named(ServedResource resource, ObjectKey key) {
        return objects
                .find(objects.local(), resource.type(), key)
                .or(() -> objects.find(objects.newest(), resource.type(), key))
                .map(Stored::object)
                .stream()
                .toList();
    }

    private List<Struct> selected(ServedResource resource, ParamRef wanted, String namespace) {
        Selector selector = Selector.of(wanted.selector());
        View view = objects.local();
        return objects.list(view, resource.type(), namespace).stream()
                .filter(o -> selector.matches(labels(o)))
                .toList();
    }

    private static Map<String, String> labels(Struct object) {
        return new ObjectMeta((Struct) object.find("metadata").orElseThrow()).labels();
    }
}
