package dev.quilla.apiserver.custom;

import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds an object against its schema. What has not changed is not looked at: rules that came later
 * don't keep anybody from changing something else. Used once.
 */
final class Validation {

    private final List<FieldError> errors = new ArrayList<>();

    /** Whether this is about an object and not a part: then items of lists are compared, too. */
    private final boolean whole;

    private Validation(boolean whole) {
        this.whole = whole;
    }

    /** All broken rules; {@code before} is there for updates. */
    static List<FieldError> of(SchemaNode root, Struct object, Optional<Struct> before) {
        Validation validation = new Validation(true);
        validation.walk(root, object, before.orElse(null), "");
        return validation.errors;
    }

    /**
     * The rules that a JSON tree breaks, a default say, but for those on items that are the same.
     */
    static List<FieldError> of(SchemaNode node, Object tree, String path) {
        Validation validation = new Validation(false);
        validation.walk(node, tree, null, path);
        return validation.errors;
    }

    private void walk(SchemaNode node, Object given, @Nullable Object before, String path) {
        if (given.equals(before)) {
            return;
        }
        Object value = Plain.value(given);
        Object old = before == null ? null : Plain.value(before);
        if (node.nullable() && value.equals(Optional.empty())) {
            return;
        }
        if (!fits(node.type(), value)) {
            String found = Plain.type(value);
            String why = "%s in body must be of type %s: \"%s\"";
            errors.add(
                    FieldError.typeInvalid(
                            path, found, why.formatted(path, node.type().word(), found)));
            return;
        }
        if (node.resource() && !(whole && path.isEmpty())) {
            EmbeddedRules.check(value, path, errors);
        }
        node.checks().forEach(check -> check.check(value, path, errors));
        fields(node, value, old, path);
        switch (value) {
            case List<?> list -> items(node, list, old, path);
            case Map<?, ?> map when node.items().isPresent() ->
                    map.forEach((key, item) ->
                            walk(
                                    node.items().get(),
                                    item,
                                    Plain.get(old, (String) key),
                                    path + "." + key));
            default -> {
                // Has no items.
            }
        }
        alternatives(node, value, old, path);
    }

    /** Structs have the types of their fields; this is about what is kept as JSON. */
    private static boolean fits(SchemaNode.Type type, Object value) {
        return switch (type) {
            case ANY -> true;
            case OBJECT, MAP -> value instanceof Struct || value instanceof Map;
            case ARRAY -> value instanceof List;
            case STRING -> value instanceof String;
            case INTEGER ->
                    value instanceof Long
                            || (value instanceof BigDecimal number
                                    && number.stripTrailingZeros().scale() <= 0);
            case NUMBER -> value instanceof Number;
            case BOOLEAN -> value instanceof Boolean;
            case INT_OR_STRING -> value instanceof Long || value instanceof String;
        };
    }

    private void fields(SchemaNode node, Object value, @Nullable Object old, String path) {
        if (!(value instanceof Struct) && !(value instanceof Map)) {
            return;
        }
        for (String name : node.required()) {
            SchemaNode property = node.properties().get(name);
            boolean mayBeNull = property != null && property.nullable();
            if (Plain.get(value, name) == null && !mayBeNull) {
                errors.add(FieldError.required(child(path, name), ""));
            }
        }
        node.properties()
                .forEach((name, property) -> {
                    Object inner = Plain.get(value, name);
                    boolean ours = !node.resource() || !name.equals("metadata");
                    if (inner != null && ours) {
                        walk(property, inner, Plain.get(old, name), child(path, name));
                    }
                });
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private void items(SchemaNode node, List<?> list, @Nullable Object old, String path) {
        List<String> keys = node.merging().listMapKeys();
        boolean isSet = node.merging().listType().equals("set");
        Map<Object, Object> before = byKey(keys, old);
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            String at = path + "[" + i + "]";
            Object key = keys.isEmpty() && !isSet ? null : key(keys, item);
            if (key != null && !seen.add(key) && whole) {
                errors.add(FieldError.duplicate(at, shown(keys, item)));
            }
            Object previous = key == null ? null : before.get(key);
            node.items().ifPresent(schema -> walk(schema, item, previous, at));
        }
    }

    /** What makes an item the same as another. */
    private static Object shown(List<String> keys, Object item) {
        if (keys.isEmpty()) {
            return Optional.ofNullable(Plain.tree(item)).orElse(Optional.empty());
        }
        Map<String, @Nullable Object> parts = new LinkedHashMap<>();
        keys.forEach(key -> parts.put(key, Plain.tree(Plain.get(item, key))));
        return parts;
    }

    private static Map<Object, Object> byKey(List<String> keys, @Nullable Object old) {
        Map<Object, Object> items = new LinkedHashMap<>();
        if (!keys.isEmpty() && old instanceof List<?> list) {
            list.forEach(item -> items.put(key(keys, item), item));
        }
        return items;
    }

    /** What identifies an item: its keys, or in a set the item itself. */
    static Object key(List<String> keys, Object item) {
        if (keys.isEmpty()) {
            return Optional.ofNullable(Plain.comparable(Plain.tree(item)));
        }
        List<Object> values = new ArrayList<>();
        for (String key : keys) {
            values.add(Optional.ofNullable(Plain.comparable(Plain.tree(Plain.get(item, key)))));
        }
        return values;
    }

    private void alternatives(SchemaNode node, Object value, @Nullable Object old, String path) {
        int before = errors.size();
        node.allOf().forEach(schema -> walk(schema, value, old, path));
        if (errors.size() > before) {
            broken(path, "must validate all the schemas (allOf)");
        }
        if (!node.anyOf().isEmpty() && holding(node.anyOf(), value, path) == 0) {
            broken(path, "must validate at least one schema (anyOf)");
            errors.addAll(of(node.anyOf().getFirst(), value, path));
        }
        if (!node.oneOf().isEmpty()) {
            long holding = holding(node.oneOf(), value, path);
            if (holding != 1) {
                String found = holding == 0 ? "none valid" : holding + " valid alternatives";
                broken(path, "must validate one and only one schema (oneOf). Found " + found);
            }
            if (holding == 0) {
                errors.addAll(of(node.oneOf().getFirst(), value, path));
            }
        }
        if (node.not().isPresent() && holding(List.of(node.not().get()), value, path) == 1) {
            broken(path, "must not validate the schema (not)");
        }
    }

    private static long holding(List<SchemaNode> schemas, Object value, String path) {
        return schemas.stream().filter(schema -> of(schema, value, path).isEmpty()).count();
    }

    private void broken(String path, String why) {
        errors.add(FieldError.invalid("<nil>", "", "\"" + path + "\" " + why));
    }
}
