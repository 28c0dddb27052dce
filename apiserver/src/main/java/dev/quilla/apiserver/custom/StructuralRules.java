package dev.quilla.apiserver.custom;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.validation.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What makes a schema structural: every value has one type, said outside of {@code allOf}, {@code
 * anyOf}, {@code oneOf} and {@code not}, as the Kubernetes documentation of custom resources asks.
 * Used once.
 */
final class StructuralRules {

    private static final int DEPTH_MAX = 100;

    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean");

    private static final List<String> FORBIDDEN =
            List.of(
                    "$ref",
                    "id",
                    "definitions",
                    "dependencies",
                    "patternProperties",
                    "additionalItems",
                    "deprecated",
                    "discriminator",
                    "readOnly",
                    "writeOnly",
                    "xml");

    private static final List<String> NOT_IN_ALTERNATIVES =
            List.of(
                    "default",
                    "nullable",
                    "additionalProperties",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-embedded-resource",
                    "x-kubernetes-list-type",
                    "x-kubernetes-list-map-keys",
                    "x-kubernetes-map-type",
                    "x-kubernetes-validations");

    private final List<FieldError> errors = new ArrayList<>();

    private final Expressions expressions;

    private StructuralRules(Expressions expressions) {
        this.expressions = expressions;
    }

    /** What keeps a schema from being structural. */
    static List<FieldError> check(Expressions expressions, Map<?, ?> schema, String path) {
        StructuralRules rules = new StructuralRules(expressions);
        if (!SchemaParser.text(schema, "type").equals("object")) {
            rules.errors.add(
                    FieldError.invalid(
                            path + ".type",
                            SchemaParser.text(schema, "type"),
                            "must be object at the root"));
        }
        rules.node(schema, path, 0);
        return rules.errors;
    }

    private void node(Map<?, ?> schema, String path, int depth) {
        if (depth > DEPTH_MAX) {
            errors.add(FieldError.forbidden(path, "must not be nested more than 100 deep"));
            return;
        }
        type(schema, path);
        common(schema, path);
        lists(schema, path);
        if (schema.containsKey("properties") && schema.get("additionalProperties") != null) {
            errors.add(
                    FieldError.forbidden(
                            path + ".additionalProperties",
                            "additionalProperties and properties are mutual exclusive"));
        }
        if (Boolean.FALSE.equals(schema.get("x-kubernetes-preserve-unknown-fields"))) {
            errors.add(
                    FieldError.invalid(
                            path + ".x-kubernetes-preserve-unknown-fields",
                            false,
                            "must be true or undefined"));
        }
        SchemaParser.object(schema, "properties")
                .ifPresent(all ->
                        all.forEach((name, inner) -> {
                            if (inner instanceof Map<?, ?> map) {
                                node(map, path + ".properties[" + name + "]", depth + 1);
                            }
                        }));
        SchemaParser.object(schema, "additionalProperties")
                .ifPresent(map -> node(map, path + ".additionalProperties", depth + 1));
        SchemaParser.object(schema, "items")
                .ifPresent(map -> node(map, path + ".items", depth + 1));
        if (schema.get("items") instanceof List) {
            errors.add(
                    FieldError.forbidden(
                            path + ".items", "items must be a schema object and not an array"));
        }
        boolean eitherType = SchemaParser.flag(schema, "x-kubernetes-int-or-string");
        for (String key : List.of("allOf", "anyOf", "oneOf")) {
            List<Map<?, ?>> all = SchemaParser.objects(schema, key);
            for (int i = 0; i < all.size(); i++) {
                alternative(all.get(i), path + "." + key + "[" + i + "]", eitherType, depth + 1);
            }
        }
        SchemaParser.object(schema, "not")
                .ifPresent(map -> alternative(map, path + ".not", false, depth + 1));
        rules(schema, path);
        defaults(schema, path);
    }

    private void rules(Map<?, ?> schema, String path) {
        List<SchemaNode.Rule> rules = SchemaParser.rules(schema);
        for (int i = 0; i < rules.size(); i++) {
            SchemaNode.Rule rule = rules.get(i);
            String at = path + ".x-kubernetes-validations[" + i + "]";
            if (rule.rule().isBlank()) {
                errors.add(FieldError.required(at + ".rule", "rule is not specified"));
                continue;
            }
            try {
                RuleChecks.tryOut(expressions, rule);
            } catch (ExpressionException e) {
                errors.add(FieldError.invalid(at + ".rule", rule.rule(), e.getMessage()));
            }
        }
    }

    private void type(Map<?, ?> schema, String path) {
        String type = SchemaParser.text(schema, "type");
        boolean eitherType = SchemaParser.flag(schema, "x-kubernetes-int-or-string");
        boolean anything = SchemaParser.flag(schema, "x-kubernetes-preserve-unknown-fields");
        if (type.isEmpty()) {
            if (!eitherType && !anything) {
                errors.add(
                        FieldError.required(
                                path + ".type", "must not be empty for specified object fields"));
            }
        } else if (!TYPES.contains(type)) {
            errors.add(
                    FieldError.notSupported(
                            path + ".type", type, TYPES.stream().sorted().toList()));
        } else if (eitherType) {
            errors.add(
                    FieldError.forbidden(
                            path + ".type", "must be empty if x-kubernetes-int-or-string is true"));
        }
        if (type.equals("array") && schema.get("items") == null) {
            errors.add(FieldError.required(path + ".items", "must be specified"));
        }
    }

    private void common(Map<?, ?> schema, String path) {
        for (String key : FORBIDDEN) {
            if (schema.get(key) != null) {
                errors.add(FieldError.forbidden(path + "." + key, key + " is not supported"));
            }
        }
        if (SchemaParser.flag(schema, "uniqueItems")) {
            errors.add(
                    FieldError.forbidden(
                            path + ".uniqueItems",
                            "uniqueItems cannot be set to true since the runtime complexity becomes"
                                    + " quadratic"));
        }
        if (schema.get("pattern") instanceof String pattern) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                errors.add(
                        FieldError.invalid(
                                path + ".pattern",
                                pattern,
                                "must be a valid regular expression: " + e.getDescription()));
            }
        }
    }

    private void lists(Map<?, ?> schema, String path) {
        String type = SchemaParser.text(schema, "x-kubernetes-list-type");
        List<String> keys = SchemaParser.texts(schema, "x-kubernetes-list-map-keys");
        String at = path + ".x-kubernetes-list-map-keys";
        if (!type.isEmpty() && !Set.of("atomic", "set", "map").contains(type)) {
            errors.add(
                    FieldError.notSupported(
                            path + ".x-kubernetes-list-type",
                            type,
                            List.of("atomic", "map", "set")));
        }
        if (type.equals("map") && keys.isEmpty()) {
            errors.add(
                    FieldError.required(at, "must not be empty if x-kubernetes-list-type is map"));
        }
        if (!type.equals("map") && !keys.isEmpty()) {
            errors.add(
                    FieldError.forbidden(at, "must be empty if x-kubernetes-list-type is not map"));
        }
        Optional<Map<?, ?>> items = SchemaParser.object(schema, "items");
        Map<?, ?> properties =
                items.flatMap(i -> SchemaParser.object(i, "properties")).orElse(Map.of());
        for (String key : keys) {
            if (!(properties.get(key) instanceof Map<?, ?> property)) {
                errors.add(FieldError.invalid(at, key, "must be a property of the list's items"));
            } else if (!SchemaParser.texts(items.orElse(Map.of()), "required").contains(key)
                    && property.get("default") == null) {
                errors.add(
                        FieldError.required(
                                path + ".items.properties[" + key + "].default",
                                "this property is in x-kubernetes-list-map-keys, so it must have a"
                                        + " default or be a required property"));
            }
        }
    }

    /** Says what values may be besides, not what they are. */
    private void alternative(Map<?, ?> schema, String path, boolean eitherType, int depth) {
        if (depth > DEPTH_MAX) {
            errors.add(FieldError.forbidden(path, "must not be nested more than 100 deep"));
            return;
        }
        if (!eitherType && !SchemaParser.text(schema, "type").isEmpty()) {
            errors.add(FieldError.forbidden(path + ".type", "must be empty to be structural"));
        }
        for (String key : NOT_IN_ALTERNATIVES) {
            if (schema.get(key) != null) {
                errors.add(
                        FieldError.forbidden(
                                path + "." + key, "must be undefined to be structural"));
            }
        }
        common(schema, path);
        SchemaParser.object(schema, "properties")
                .ifPresent(all ->
                        all.forEach((name, inner) -> {
                            if (inner instanceof Map<?, ?> map) {
                                String at = path + ".properties[" + name + "]";
                                alternative(map, at, false, depth + 1);
                            }
                        }));
        SchemaParser.object(schema, "items")
                .ifPresent(map -> alternative(map, path + ".items", false, depth + 1));
        for (String key : List.of("allOf", "anyOf", "oneOf")) {
            List<Map<?, ?>> all = SchemaParser.objects(schema, key);
            for (int i = 0; i < all.size(); i++) {
                alternative(all.get(i), path + "." + key + "[" + i + "]", eitherType, depth + 1);
            }
        }
        SchemaParser.object(schema, "not")
                .ifPresent(map -> alternative(map, path + ".not", false, depth + 1));
    }

    /** A default has to be a value that anybody might give. */
    private void defaults(Map<?, ?> schema, String path) {
        Object value = schema.get("default");
        if (value == null) {
            return;
        }
        boolean broken = !errors.isEmpty();
        if (broken) {
            return;
        }
        for (FieldError wrong : Validation.of(SchemaParser.root(schema), value, "")) {
            String text = new String(JsonTree.write(value), StandardCharsets.UTF_8);
            errors.add(FieldError.invalid(path + ".default", text, wrong.messageWithoutField()));
        }
    }
}
