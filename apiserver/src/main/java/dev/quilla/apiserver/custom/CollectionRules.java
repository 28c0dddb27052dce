package dev.quilla.apiserver.custom;

import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a schema says of how its lists and maps are merged, and whether that makes sense. */
final class CollectionRules {

    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String LIST_MAP_KEYS = "x-kubernetes-list-map-keys";
    private static final String MAP_TYPE = "x-kubernetes-map-type";
    private static final String TYPE = "type";
    private static final String NULLABLE = "nullable";
    private static final String ITEMS = "items";

    private final List<FieldError> errors = new ArrayList<>();
    private final Map<?, ?> schema;
    private final String path;

    private CollectionRules(Map<?, ?> schema, String path) {
        this.schema = schema;
        this.path = path;
    }

    /** All broken rules of one place. */
    static List<FieldError> check(Map<?, ?> schema, String path) {
        CollectionRules rules = new CollectionRules(schema, path);
        rules.map();
        rules.list();
        return rules.errors;
    }

    private void map() {
        if (schema.get(MAP_TYPE) instanceof String how) {
            is("object", MAP_TYPE);
            if (!List.of("atomic", "granular").contains(how)) {
                errors.add(
                        FieldError.notSupported(at(MAP_TYPE), how, List.of("atomic", "granular")));
            }
        }
    }

    private void is(String type, String said) {
        String found = SchemaParser.text(schema, TYPE);
        String why = "must be " + type + " if " + said + " is specified";
        if (found.isEmpty()) {
            errors.add(FieldError.required(at(TYPE), why));
        } else if (!found.equals(type)) {
            errors.add(FieldError.invalid(at(TYPE), found, why));
        }
    }

    private void list() {
        Optional<String> how =
                Optional.ofNullable(schema.get(LIST_TYPE) instanceof String text ? text : null);
        List<String> keys = SchemaParser.texts(schema, LIST_MAP_KEYS);
        how.ifPresent(type -> {
            is("array", LIST_TYPE);
            switch (type) {
                case "map" -> keyed(keys);
                case "set" -> set();
                case "atomic" -> {
                    // Is one value, whatever is in it.
                }
                default ->
                        errors.add(
                                FieldError.notSupported(
                                        at(LIST_TYPE), type, List.of("atomic", "set", "map")));
            }
        });
        if (!keys.isEmpty() && !how.equals(Optional.of("map"))) {
            String why = "must be map if x-kubernetes-list-map-keys is non-empty";
            errors.add(
                    how.map(type -> FieldError.invalid(at(LIST_TYPE), type, why))
                            .orElseGet(() -> FieldError.required(at(LIST_TYPE), why)));
        }
    }

    private void set() {
        SchemaParser.object(schema, ITEMS)
                .ifPresent(items -> {
                    notNull(items, "set");
                    switch (SchemaParser.text(items, TYPE)) {
                        case "object" -> atomic(items, MAP_TYPE, true);
                        case "array" -> atomic(items, LIST_TYPE, false);
                        default -> {
                            // Can be told apart.
                        }
                    }
                });
    }

    private void atomic(Map<?, ?> items, String how, boolean mustBeSaid) {
        Object said = items.get(how);
        if (said == null ? mustBeSaid : !said.equals("atomic")) {
            errors.add(
                    FieldError.invalid(
                            at(ITEMS) + "." + how,
                            Optional.<Object>ofNullable(said).orElse(Optional.empty()),
                            "must be atomic as item of a list with x-kubernetes-list-type=set"));
        }
    }

    private void notNull(Map<?, ?> items, String how) {
        if (SchemaParser.flag(items, NULLABLE)) {
            errors.add(
                    FieldError.forbidden(
                            at(ITEMS) + "." + NULLABLE,
                            "cannot be nullable when x-kubernetes-list-type is " + how));
        }
    }

    private void keyed(List<String> keys) {
        if (keys.isEmpty()) {
            errors.add(
                    FieldError.required(
                            at(LIST_MAP_KEYS),
                            "must not be empty if x-kubernetes-list-type is map"));
        }
        Optional<Map<?, ?>> items = SchemaParser.object(schema, ITEMS);
        if (items.isEmpty()) {
            errors.add(
                    FieldError.required(
                            at(ITEMS), "must have a schema if x-kubernetes-list-type is map"));
            return;
        }
        notNull(items.get(), "map");
        String type = SchemaParser.text(items.get(), TYPE);
        if (!type.equals("object")) {
            errors.add(
                    FieldError.invalid(
                            at(ITEMS) + "." + TYPE,
                            type,
                            "must be object if parent array's x-kubernetes-list-type is map"));
            return;
        }
        keys(keys, items.get());
    }

    private void keys(List<String> keys, Map<?, ?> items) {
        Map<?, ?> properties = SchemaParser.object(items, "properties").orElse(Map.of());
        for (String key : keys) {
            if (properties.get(key) instanceof Map<?, ?> property) {
                key(key, property, SchemaParser.texts(items, "required").contains(key));
            } else {
                errors.add(
                        FieldError.invalid(
                                at(LIST_MAP_KEYS),
                                keys,
                                "entries must all be names of item properties"));
            }
        }
        if (new HashSet<>(keys).size() < keys.size()) {
            errors.add(
                    FieldError.invalid(
                            at(LIST_MAP_KEYS), keys, "must not contain duplicate entries"));
        }
    }

    private void key(String key, Map<?, ?> property, boolean required) {
        String at = at(ITEMS) + ".properties[" + key + "]";
        String type = SchemaParser.text(property, TYPE);
        if (type.equals("object") || type.equals("array")) {
            errors.add(
                    FieldError.invalid(
                            at + "." + TYPE,
                            type,
                            "must be a scalar type if parent array's x-kubernetes-list-type is"
                                    + " map"));
        }
        if (!required && property.get("default") == null) {
            errors.add(
                    FieldError.required(
                            at + ".default",
                            "this property is in x-kubernetes-list-map-keys, so it must have a"
                                    + " default or be a required property"));
        }
        if (SchemaParser.flag(property, NULLABLE)) {
            errors.add(
                    FieldError.forbidden(
                            at + "." + NULLABLE,
                            "this property is in x-kubernetes-list-map-keys, so it cannot be"
                                    + " nullable"));
        }
    }

    private String at(String key) {
        return path + "." + key;
    }
}
