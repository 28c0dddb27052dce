package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.kinds.KindRules;
import dev.quilla.apiserver.kinds.MetadataRules;
import dev.quilla.apiserver.kinds.StatusRules;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules that hold for objects of every kind: names, labels, required fields, enums. */
final class ObjectRules {

    /** Texts that the schema calls required, and that may be empty all the same. */
    private static final Set<String> MAY_BE_EMPTY =
            Set.of(
                    "core.v1.HTTPHeader.value",
                    "core.v1.Sysctl.value",
                    "discovery.v1.ForZone.name",
                    "storage.v1.TokenRequest.audience");

    /** Choices of which their kinds' own rules say all there is to say. */
    private static final Set<String> OF_THEIR_KINDS =
            Set.of(
                    "admissionregistration.v1.MutatingWebhook.sideEffects",
                    "admissionregistration.v1.ValidatingWebhook.sideEffects",
                    "networking.v1.HTTPIngressPath.pathType");

    /** Choices that an empty text leaves open, beside those that are left open by having none. */
    private static final Set<String> OPEN = Set.of("reclaimPolicy");

    /** Groups whose objects' finalizers may be named in any way. */
    private static final Set<String> ANY_FINALIZERS =
            Set.of(
                    "admissionregistration.k8s.io",
                    "apiextensions.k8s.io",
                    "apiregistration.k8s.io",
                    "coordination.k8s.io",
                    "node.k8s.io",
                    "policy");

    /** Finalizers that are not named after a domain. */
    private static final Set<String> FINALIZERS =
            Set.of("kubernetes", "orphan", "foregroundDeletion");

    private ObjectRules() {}

    /**
     * What is wrong with an object.
     *
     * @param before what it was, if it is not new
     * @param subresource by way of which it is changed; empty for the object itself
     */
    static List<FieldError> check(
            ServedResource resource, Struct object, Optional<Struct> before, String subresource) {
        List<FieldError> errors = new ArrayList<>();
        metadata(resource, Metadata.of(object), before.isEmpty(), errors);
        before.ifPresent(b -> unchanged(Metadata.of(b), Metadata.of(object), errors));
        for (Field field : object.definition().fields()) {
            boolean ours = !field.name().equals("metadata") && !field.name().equals("status");
            if (ours && !object.definition().custom()) {
                object.find(field.name())
                        .ifPresent(value ->
                                walk(
                                        field,
                                        field.type(),
                                        field.required(),
                                        value,
                                        field.name(),
                                        errors));
            }
        }
        errors.addAll(KindRules.check(resource.groupResource(), object, before));
        errors.addAll(
                before.filter(b -> !subresource.isEmpty())
                        .map(b -> resource.behaviour().validateBy(subresource, object, b))
                        .orElseGet(() -> resource.behaviour().validate(object, before)));
        return errors.stream().distinct().toList();
    }

    /** The rules for a status alone, and for the metadata that its writers may set. */
    static List<FieldError> checkStatus(ServedResource resource, Struct object, Struct before) {
        ObjectMeta metadata = Metadata.of(object);
        List<FieldError> errors =
                new ArrayList<>(Names.labels(metadata.labels(), "metadata.labels"));
        errors.addAll(Names.annotations(metadata.annotations(), "metadata.annotations"));
        errors.addAll(StatusRules.check(resource.groupResource(), object, before));
        errors.addAll(resource.behaviour().validateStatus(object, before));
        return errors;
    }

    private static void metadata(
            ServedResource resource, ObjectMeta metadata, boolean isNew, List<FieldError> errors) {
        if (metadata.name().isEmpty()) {
            errors.add(FieldError.required("metadata.name", "name or generateName is required"));
        }
        errors.addAll(
                MetadataRules.check(metadata, "metadata", isNew, name -> nameRule(resource, name)));
        if (namesFinalizers(resource)) {
            errors.addAll(finalizers(metadata.finalizers(), "metadata.finalizers"));
        }
    }

    /** Finalizers that are named neither after a domain nor as Kubernetes' own. */
    static List<FieldError> finalizers(List<String> finalizers, String at) {
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < finalizers.size(); i++) {
            String finalizer = finalizers.get(i);
            if (!finalizer.contains("/") && !FINALIZERS.contains(finalizer)) {
                errors.add(
                        FieldError.invalid(
                                at + "[" + i + "]",
                                finalizer,
                                "name is neither a standard finalizer name nor is it fully"
                                        + " qualified"));
            }
        }
        return errors;
    }

    /** Whether the finalizers of a kind must be named after domains. */
    private static boolean namesFinalizers(ServedResource resource) {
        return !resource.type().definition().custom()
                && !ANY_FINALIZERS.contains(resource.gvk().group())
                && !resource.gvk().kind().equals("Event");
    }

    private static Optional<String> nameRule(ServedResource resource, String name) {
        return switch (resource.groupResource().toString()) {
            case "namespaces", "services" -> Names.label(name);
            // Checked as what it is: an address.
            case "ipaddresses.networking.k8s.io" -> Optional.empty();
            case "apiservices.apiregistration.k8s.io",
                    "certificatesigningrequests.certificates.k8s.io",
                    "events",
                    "events.events.k8s.io",
                    "roles.rbac.authorization.k8s.io",
                    "clusterroles.rbac.authorization.k8s.io",
                    "rolebindings.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io" ->
                    Names.pathSegment(name);
            default -> Names.subdomain(name);
        };
    }

    private static void unchanged(ObjectMeta before, ObjectMeta now, List<FieldError> errors) {
        if (!now.uid().equals(before.uid())) {
            errors.add(FieldError.invalid("metadata.uid", now.uid(), "field is immutable"));
        }
        if (before.hasDeletionTimestamp()) {
            for (String finalizer : now.finalizers()) {
                if (!before.finalizers().contains(finalizer)) {
                    errors.add(
                            FieldError.forbidden(
                                    "metadata.finalizers",
                                    "no new finalizers can be added if the object is being deleted,"
                                            + " found new finalizers []string{\""
                                            + finalizer
                                            + "\"}"));
                }
            }
        }
    }

    private static void struct(Struct struct, String at, List<FieldError> errors) {
        Definition definition = struct.definition();
        for (Field field : definition.fields()) {
            Object value = struct.slot(field.index());
            if (field.required()
                    && OF_THEIR_KINDS.contains(definition.name() + "." + field.name())) {
                continue;
            }
            boolean required =
                    field.required()
                            && !MAY_BE_EMPTY.contains(definition.name() + "." + field.name());
            if (value == null) {
                if (required && field.type() == ValueType.Scalar.STRING) {
                    errors.add(FieldError.required(at + "." + field.name(), ""));
                }
            } else if (!isPlain(field, value)) {
                walk(field, field.type(), required, value, at + "." + field.name(), errors);
            }
        }
    }

    /** Whether nothing can be wrong with it: most values are so, and nobody asks where they are. */
    private static boolean isPlain(Field field, Object value) {
        return field.type() instanceof ValueType.Scalar
                && (!(value instanceof String text)
                        || !text.isEmpty() && field.enumValues().isEmpty());
    }

    private static boolean excludes(Field field, Object value) {
        return !field.enumValues().isEmpty() && !field.enumValues().contains(value);
    }

    /**
     * Checks a value.
     *
     * @param required whether a text may not be empty; items of lists and maps may
     */
    private static void walk(
            Field field,
            ValueType type,
            boolean required,
            Object value,
            String at,
            List<FieldError> errors) {
        switch (type) {
            case ValueType.StructType ignored -> struct((Struct) value, at, errors);
            case ValueType.ListType list -> {
                int i = 0;
                for (Object item : (List<?>) value) {
                    walk(field, list.element(), false, item, at + "[" + i++ + "]", errors);
                }
            }
            case ValueType.MapType map -> {
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    walk(
                            field,
                            map.value(),
                            false,
                            entry.getValue(),
                            at + "[" + entry.getKey() + "]",
                            errors);
                }
            }
            case ValueType.Scalar scalar -> {
                if (scalar != ValueType.Scalar.STRING) {
                    return;
                }
                if (value.equals("")) {
                    boolean chosen = field.wire().map(Field.Wire::pointer).orElse(false);
                    if (required) {
                        errors.add(FieldError.required(at, ""));
                    } else if (chosen
                            && type.equals(field.type())
                            && !OPEN.contains(at)
                            && excludes(field, "")) {
                        errors.add(FieldError.notSupported(at, value, field.enumValues()));
                    }
                } else if (excludes(field, value)) {
                    errors.add(FieldError.notSupported(at, value, field.enumValues()));
                }
            }
        }
    }
}
