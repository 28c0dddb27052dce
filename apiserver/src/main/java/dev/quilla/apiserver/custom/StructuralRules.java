package dev.quilla.apiserver.custom;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.quilla.model.validation.FieldError;
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

    private static final List<String> TYPES =
            List.of("array", "boolean", "integer", "number", "object", "string");

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

    /** What alternatives may not say, and how that is told. */
    private static final List<Map.Entry<String, String>> NOT_IN_ALTERNATIVES =
            List.of(
                    Map.entry("title", "empty"),
                    Map.entry("description", "empty"),
                    Map.entry("default", "undefined"),
                    Map.entry("nullable", "false"),
                    Map.entry("additionalProperties", "undefined"),
                    Map.entry("x-kubernetes-preserve-unknown-fields", "false"),
                    Map.entry("x-kubernetes-embedded-resource", "false"),
                    Map.entry("x-kubernetes-int-or-string", "false"),
                    Map.entry("x-kubernetes-list-type", "undefined"),
                    Map.entry("x-kubernetes-list-map-keys", "empty"),
                    Map.entry("x-kubernetes-map-type", "undefined"),
                    Map.entry("x-kubernetes-validations", "empty"));

    /** What those of an integer or a text may say: that it is either. */
    private static final List<Map<String, String>> EITHER =
            List.of(Map.of("type", "integer"), Map.of("type", "string"));

    private static final List<String> OF_OBJECTS = List.of("apiVersion", "kind", "metadata");

    private final List<FieldError> errors = new ArrayList<>();

    /** Where in its parent a schema is. */
    private enum Level {
        ROOT("at the root"),
        FIELD("for specified object fields"),
        ITEM("for specified array items");

        private final String words;

        Level(String words) {
            this.words = words;
        }
    }

    private StructuralRules() {}

    /** What keeps a schema from being structural. */
    static List<FieldError> check(Map<?, ?> schema, String path) {
        StructuralRules rules = new StructuralRules();
        rules.root(schema, path);
        rules.node(schema, path, Level.ROOT, 0);
        return rules.errors;
    }

    private void root(Map<?, ?> schema, String path) {
        String type = SchemaParser.text(schema, "type");
        if (!type.isEmpty() && !type.equals("object")) {
            errors.add(FieldError.invalid(path + ".type", type, "must be object at the root"));
        }
        if (SchemaParser.flag(schema, "nullable")) {
            forbidden(path + ".nullable", "nullable cannot be true at the root");
        }
        if (schema.get("additionalProperties") != null) {
            forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        for (String name : OF_OBJECTS) {
            property(schema, name)
                    .filter(property -> property.get("default") != null)
                    .ifPresent(property ->
                            forbidden(
                                    path + ".properties[" + name + "].default",
                                    "must not be set in top-level " + name));
        }
        property(schema, "metadata")
                .ifPresent(metadata -> metadata(metadata, path + ".properties[metadata]"));
        for (String key : List.of("allOf", "anyOf", "oneOf")) {
            List<Map<?, ?>> all = SchemaParser.objects(schema, key);
            for (int i = 0; i < all.size(); i++) {
                if (property(all.get(i), "metadata").isPresent()) {
                    forbidden(
                            path + "." + key + "[" + i + "].properties[metadata]",
                            "must not be specified in a nested context");
                }
            }
        }
    }

    /** What an object's name may be is the only rule for metadata that a schema can have. */
    private void metadata(Map<?, ?> metadata, String path) {
        Optional<Map<?, ?>> properties = SchemaParser.object(metadata, "properties");
        boolean namesOnly =
                Set.of("type", "properties").containsAll(metadata.keySet())
                        && properties
                                .map(p -> Set.of("name", "generateName").containsAll(p.keySet()))
                                .orElse(true);
        if (!namesOnly) {
            forbidden(
                    path,
                    "must not specify anything other than name and generateName, but metadata is"
                            + " implicitly specified");
        }
        properties.ifPresent(all ->
                all.forEach((name, property) -> {
                    if (property instanceof Map<?, ?> map && map.get("default") != null) {
                        forbidden(
                                path + ".properties[" + name + "].default",
                                "must not be set in top-level metadata");
                    }
                }));
    }

    private void node(Map<?, ?> schema, String path, Level level, int depth) {
        if (depth > DEPTH_MAX) {
            forbidden(path, "must not be nested more than 100 deep");
            return;
        }
        type(schema, path, level);
        resource(schema, path, level);
        common(schema, path);
        errors.addAll(CollectionRules.check(schema, path));
        properties(schema, path);
        SchemaParser.object(schema, "properties")
                .ifPresent(all ->
                        all.forEach((name, inner) -> {
                            if (inner instanceof Map<?, ?> map) {
                                String at = path + ".properties[" + name + "]";
                                node(map, at, Level.FIELD, depth + 1);
                            }
                        }));
        SchemaParser.object(schema, "additionalProperties")
                .ifPresent(
                        map -> node(map, path + ".additionalProperties", Level.FIELD, depth + 1));
        SchemaParser.object(schema, "items")
                .ifPresent(map -> node(map, path + ".items", Level.ITEM, depth + 1));
        alternatives(schema, path, SchemaParser.flag(schema, "x-kubernetes-int-or-string"), depth);
    }

    private void type(Map<?, ?> schema, String path, Level level) {
        String type = SchemaParser.text(schema, "type");
        boolean resource = SchemaParser.flag(schema, "x-kubernetes-embedded-resource");
        boolean either = SchemaParser.flag(schema, "x-kubernetes-int-or-string");
        boolean anything = SchemaParser.flag(schema, "x-kubernetes-preserve-unknown-fields");
        if (type.isEmpty()) {
            if (!resource && !either && !anything) {
                errors.add(FieldError.required(path + ".type", "must not be empty " + level.words));
            }
        } else if (!TYPES.contains(type)) {
            errors.add(FieldError.notSupported(path + ".type", type, TYPES));
            if (type.equals("null")) {
                forbidden(
                        path + ".type",
                        "type cannot be set to null, use nullable as an alternative");
            }
        }
        if (type.equals("array") && schema.get("items") == null) {
            errors.add(FieldError.required(path + ".items", "must be specified"));
        }
    }

    /** Objects with type and metadata of their own. */
    private void resource(Map<?, ?> schema, String path, Level level) {
        boolean embedded = SchemaParser.flag(schema, "x-kubernetes-embedded-resource");
        if (level == Level.ROOT || embedded) {
            typed(schema, path, "kind", "string");
            typed(schema, path, "apiVersion", "string");
            typed(schema, path, "metadata", "object");
        }
        if (!embedded) {
            return;
        }
        String type = SchemaParser.text(schema, "type");
        String why = "must be object if x-kubernetes-embedded-resource is true";
        if (type.isEmpty()) {
            errors.add(FieldError.required(path + ".type", why));
        } else if (!type.equals("object")) {
            errors.add(FieldError.invalid(path + ".type", type, why));
        }
        if (schema.get("additionalProperties") != null) {
            forbidden(
                    path + ".additionalProperties",
                    "must not be used if x-kubernetes-embedded-resource is set");
        }
        if (!SchemaParser.flag(schema, "x-kubernetes-preserve-unknown-fields")
                && SchemaParser.object(schema, "properties").isEmpty()) {
            errors.add(
                    FieldError.required(
                            path + ".properties",
                            "must not be empty if x-kubernetes-embedded-resource is true without"
                                    + " x-kubernetes-preserve-unknown-fields"));
        }
    }

    private void typed(Map<?, ?> schema, String path, String name, String type) {
        property(schema, name)
                .map(property -> SchemaParser.text(property, "type"))
                .filter(found -> !found.equals(type))
                .ifPresent(found ->
                        errors.add(
                                FieldError.invalid(
                                        path + ".properties[" + name + "].type",
                                        found,
                                        "must be " + type)));
    }

    private static Optional<Map<?, ?>> property(Map<?, ?> schema, String name) {
        return SchemaParser.object(schema, "properties")
                .flatMap(all -> SchemaParser.object(all, name));
    }

    private void properties(Map<?, ?> schema, String path) {
        Object values = schema.get("additionalProperties");
        boolean limits = values instanceof Map || Boolean.FALSE.equals(values);
        if (limits && SchemaParser.object(schema, "properties").isPresent()) {
            forbidden(
                    path + ".additionalProperties",
                    "additionalProperties and properties are mutual exclusive");
        }
        if (Boolean.FALSE.equals(schema.get("x-kubernetes-preserve-unknown-fields"))) {
            errors.add(
                    FieldError.invalid(
                            path + ".x-kubernetes-preserve-unknown-fields",
                            false,
                            "must be true or undefined"));
        }
        if (schema.get("items") instanceof List) {
            forbidden(path + ".items", "items must be a schema object and not an array");
        }
    }

    private void common(Map<?, ?> schema, String path) {
        for (String key : FORBIDDEN) {
            if (schema.get(key) != null) {
                forbidden(path + "." + key, key + " is not supported");
            }
        }
        if (schema.get("$schema") != null) {
            errors.add(
                    FieldError.invalid(
                            path.replaceFirst("\\.(properties|items|additionalProperties).*", ""),
                            "",
                            "OpenAPIV3Schema 'schema' is not supported"));
        }
        if (SchemaParser.flag(schema, "uniqueItems")) {
            forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes"
                            + " quadratic");
        }
        if (schema.get("pattern") instanceof String pattern) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                errors.add(
                        FieldError.invalid(
                                path + ".pattern",
                                pattern,
                                "must be a valid regular expression, but isn't: error parsing"
                                        + " regexp: "
                                        + e.getDescription()));
            }
        }
    }

    private void alternatives(Map<?, ?> schema, String path, boolean either, int depth) {
        for (String key : List.of("allOf", "anyOf", "oneOf")) {
            List<Map<?, ?>> all = SchemaParser.objects(schema, key);
            for (int i = 0; i < all.size(); i++) {
                String at = path + "." + key + "[" + i + "]";
                if (!(either && key.equals("anyOf") && all.equals(EITHER))) {
                    boolean first = either && key.equals("allOf") && i == 0;
                    alternative(all.get(i), at, first, depth + 1);
                }
            }
        }
        SchemaParser.object(schema, "not")
                .ifPresent(map -> alternative(map, path + ".not", false, depth + 1));
    }

    /**
     * Says what values may be besides, not what they are.
     *
     * @param either whether it may say that the value is an integer or a text
     */
    private void alternative(Map<?, ?> schema, String path, boolean either, int depth) {
        if (depth > DEPTH_MAX) {
            forbidden(path, "must not be nested more than 100 deep");
            return;
        }
        if (!SchemaParser.text(schema, "type").isEmpty()) {
            forbidden(path + ".type", "must be empty to be structural");
        }
        for (Map.Entry<String, String> said : NOT_IN_ALTERNATIVES) {
            if (schema.get(said.getKey()) != null) {
                forbidden(
                        path + "." + said.getKey(),
                        "must be " + said.getValue() + " to be structural");
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
        alternatives(schema, path, either, depth);
    }

    private void forbidden(String path, String why) {
        errors.add(FieldError.forbidden(path, why));
    }
}
