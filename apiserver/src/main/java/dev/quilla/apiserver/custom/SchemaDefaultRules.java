package dev.quilla.apiserver.custom;

import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A default has to be a value that anybody might give. */
final class SchemaDefaultRules {

    private SchemaDefaultRules() {}

    /** All defaults of a schema that can't be. */
    static List<FieldError> check(RuleChecks rules, Map<?, ?> schema, String path) {
        List<FieldError> errors = new ArrayList<>();
        Object value = schema.get("default");
        if (value != null) {
            one(rules, SchemaParser.node(schema), value, path + ".default", errors);
        }
        SchemaParser.object(schema, "properties")
                .ifPresent(all ->
                        all.forEach((name, inner) -> {
                            if (inner instanceof Map<?, ?> map) {
                                String at = path + ".properties[" + name + "]";
                                errors.addAll(check(rules, map, at));
                            }
                        }));
        SchemaParser.object(schema, "additionalProperties")
                .ifPresent(map -> errors.addAll(check(rules, map, path + ".additionalProperties")));
        SchemaParser.object(schema, "items")
                .ifPresent(map -> errors.addAll(check(rules, map, path + ".items")));
        return errors;
    }

    private static void one(
            RuleChecks rules, SchemaNode node, Object value, String path, List<FieldError> errors) {
        if (hasUnknown(node, value)) {
            errors.add(FieldError.invalid(path, value, "must not have unknown fields"));
            return;
        }
        List<FieldError> wrong = Validation.of(node, value, "");
        for (FieldError error : wrong.isEmpty() ? rules.check(node, value) : wrong) {
            boolean whole = error.field().isEmpty() || error.field().equals("<nil>");
            errors.add(
                    new FieldError(
                            error.type(),
                            whole ? path : path + "." + error.field(),
                            error.value(),
                            error.detail()));
        }
    }

    private static boolean hasUnknown(SchemaNode node, Object value) {
        if (value instanceof List<?> list) {
            return node.items().isPresent()
                    && list.stream().anyMatch(item -> hasUnknown(node.items().get(), item));
        }
        if (!(value instanceof Map<?, ?> map)) {
            return false;
        }
        if (node.type() == SchemaNode.Type.MAP) {
            return map.values().stream().anyMatch(item -> hasUnknown(node.items().get(), item));
        }
        return map.entrySet().stream()
                .anyMatch(entry -> {
                    SchemaNode property = node.properties().get((String) entry.getKey());
                    if (node.resource() && EmbeddedRules.FIELDS.contains(entry.getKey())) {
                        return false;
                    }
                    return property == null
                            ? !node.open() && node.type() == SchemaNode.Type.OBJECT
                            : hasUnknown(property, entry.getValue());
                });
    }
}
