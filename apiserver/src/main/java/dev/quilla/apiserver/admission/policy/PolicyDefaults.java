package dev.quilla.apiserver.admission.policy;

import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.LabelSelector;
import java.util.List;

/** What policies and bindings have that do not say it. Pure. */
final class PolicyDefaults {

    private PolicyDefaults() {}

    /** A policy of either sort. */
    static Struct policy(Struct object) {
        Struct spec = spec(object);
        Struct full = ifAbsent(spec, "failurePolicy", "Fail");
        return object.with("spec", matching(full, "matchConstraints"));
    }

    /** A binding of either sort. */
    static Struct binding(Struct object) {
        return object.with("spec", matching(spec(object), "matchResources"));
    }

    private static Struct spec(Struct object) {
        return (Struct)
                object.find("spec")
                        .orElseGet(() ->
                                object.definition().field("spec").struct().orElseThrow().empty());
    }

    private static Struct matching(Struct spec, String field) {
        return spec.find(field)
                .map(found -> {
                    Struct match = (Struct) found;
                    match = ifAbsent(match, "matchPolicy", "Equivalent");
                    match =
                            ifAbsent(
                                    match, "namespaceSelector", LabelSelector.definition().empty());
                    match = ifAbsent(match, "objectSelector", LabelSelector.definition().empty());
                    match = scoped(match, "resourceRules");
                    return spec.with(field, scoped(match, "excludeResourceRules"));
                })
                .orElse(spec);
    }

    private static Struct scoped(Struct match, String field) {
        List<?> rules = (List<?>) match.find(field).orElse(List.of());
        return rules.isEmpty()
                ? match
                : match.with(
                        field,
                        rules.stream().map(r -> ifAbsent((Struct) r, "scope", "*")).toList());
    }

    private static Struct ifAbsent(Struct struct, String field, Object value) {
        return struct.has(field) ? struct : struct.with(field, value);
    }
}
