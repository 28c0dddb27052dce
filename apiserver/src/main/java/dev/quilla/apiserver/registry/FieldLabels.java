package dev.quilla.apiserver.registry;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import dev.quilla.model.selector.FieldSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The fields by which objects can be chosen: name and namespace for all kinds, for some a few more,
 * as the Kubernetes documentation of field selectors lists them.
 */
public final class FieldLabels {

    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";

    private static final Map<String, Set<String>> MORE =
            Map.ofEntries(
                    Map.entry(
                            "pods",
                            Set.of(
                                    "spec.nodeName",
                                    "spec.restartPolicy",
                                    "spec.schedulerName",
                                    "spec.serviceAccountName",
                                    "spec.hostNetwork",
                                    "status.phase",
                                    "status.podIP",
                                    "status.podIPs",
                                    "status.nominatedNodeName")),
                    Map.entry("nodes", Set.of("spec.unschedulable")),
                    Map.entry("namespaces", Set.of("status.phase")),
                    Map.entry("secrets", Set.of("type")),
                    Map.entry("services", Set.of("spec.clusterIP", "spec.type")),
                    Map.entry("replicationcontrollers", Set.of("status.replicas")),
                    Map.entry("replicasets.apps", Set.of("status.replicas")),
                    Map.entry("jobs.batch", Set.of("status.successful")),
                    Map.entry(
                            "certificatesigningrequests.certificates.k8s.io",
                            Set.of("spec.signerName")),
                    Map.entry(
                            "resourceslices.resource.k8s.io",
                            Set.of("spec.nodeName", "spec.driver")),
                    Map.entry(
                            "events",
                            Set.of(
                                    "involvedObject.kind",
                                    "involvedObject.namespace",
                                    "involvedObject.name",
                                    "involvedObject.uid",
                                    "involvedObject.apiVersion",
                                    "involvedObject.resourceVersion",
                                    "involvedObject.fieldPath",
                                    "reason",
                                    "reportingComponent",
                                    "source",
                                    "type")),
                    Map.entry(
                            "events.events.k8s.io",
                            Set.of(
                                    "regarding.kind",
                                    "regarding.namespace",
                                    "regarding.name",
                                    "regarding.uid",
                                    "regarding.apiVersion",
                                    "regarding.resourceVersion",
                                    "regarding.fieldPath",
                                    "reason",
                                    "reportingController",
                                    "type")));

    private FieldLabels() {}

    /**
     * What a selector chooses of a resource's objects.
     *
     * @throws dev.quilla.model.ApiException bad request, if they can't be chosen by such a field
     */
    public static Predicate<Struct> chosen(ServedResource resource, FieldSelector selector) {
        selector.requirements().forEach(r -> check(resource, r.field()));
        return object -> selector.matches(label -> value(object, label));
    }

    private static void check(ServedResource resource, String label) {
        GroupResource name = resource.groupResource();
        Set<String> more = MORE.getOrDefault(name.toString(), resource.behaviour().selectable());
        boolean known =
                label.equals(NAME)
                        || (label.equals(NAMESPACE) && resource.type().namespaced())
                        || more.contains(label);
        if (known) {
            return;
        }
        throw ApiErrors.badRequest(
                more.isEmpty()
                        ? "\"%s\" is not a known field selector: only \"%s\", \"%s\""
                                .formatted(label, NAME, NAMESPACE)
                        : "field label not supported: " + label);
    }

    /** The value of a field by which objects can be chosen; empty text where there is none. */
    public static String value(Struct object, String label) {
        return switch (label) {
            case "source" -> {
                String component = object.text("source", "component");
                yield component.isEmpty() ? object.text("reportingComponent") : component;
            }
            case "status.podIPs" -> addresses(object);
            case "status.successful" -> number(object, "status", "succeeded");
            default -> {
                String[] path = label.split("\\.");
                yield object.at(path)
                        .map(Object::toString)
                        .orElseGet(() -> zero(object.definition(), path));
            }
        };
    }

    private static String addresses(Struct pod) {
        List<?> all = (List<?>) pod.at("status", "podIPs").orElse(List.of());
        return String.join(",", all.stream().map(a -> ((Struct) a).text("ip")).toList());
    }

    private static String number(Struct object, String... path) {
        return object.at(path).map(Object::toString).orElse("0");
    }

    /** What a field that is not set counts as. */
    private static String zero(Definition definition, String[] path) {
        Definition at = definition;
        for (int i = 0; i < path.length - 1; i++) {
            Optional<Definition> inner = at.find(path[i]).flatMap(Field::struct);
            if (inner.isEmpty()) {
                return "";
            }
            at = inner.get();
        }
        Optional<Field> field = at.find(path[path.length - 1]);
        return switch (field.map(Field::type).orElse(ValueType.Scalar.STRING)) {
            case ValueType.Scalar.BOOL -> "false";
            case ValueType.Scalar.INT32, ValueType.Scalar.INT64 -> "0";
            default -> "";
        };
    }
}
