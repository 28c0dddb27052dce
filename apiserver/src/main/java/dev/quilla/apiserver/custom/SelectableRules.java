package dev.quilla.apiserver.custom;

import dev.quilla.model.apiextensions.v1.SelectableField;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which fields of its objects a custom kind can be selected by. */
final class SelectableRules {

    private static final int FIELDS_MAX = 8;

    private static final List<String> TYPES = List.of("string", "boolean", "integer");

    private SelectableRules() {}

    /** All broken rules. */
    static List<FieldError> check(List<SelectableField> fields, Map<?, ?> schema, String path) {
        List<FieldError> errors = new ArrayList<>();
        if (fields.size() > FIELDS_MAX) {
            errors.add(FieldError.tooMany(path, fields.size(), FIELDS_MAX));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            String text = fields.get(i).jsonPath();
            String at = path + "[" + i + "].jsonPath";
            if (text.isEmpty()) {
                errors.add(FieldError.required(at, ""));
                continue;
            }
            problem(text, schema).ifPresent(why -> errors.add(FieldError.invalid(at, text, why)));
            if (!seen.add(text)) {
                errors.add(FieldError.duplicate(at, text));
            }
        }
        return errors;
    }

    private static Optional<String> problem(String text, Map<?, ?> schema) {
        String invalid = "is an invalid path: ";
        if (!text.startsWith(".")) {
            String got = text.replaceFirst("(?s)(.)\\W.*|^(\\w+).*", "$1$2");
            return Optional.of(invalid + "expected [ or . but got: " + got);
        }
        if (text.contains("[")) {
            return Optional.of(invalid + "array notation is not allowed");
        }
        if (text.endsWith(".")) {
            return Optional.of(invalid + "unexpected end of JSON path");
        }
        Optional<Map<?, ?>> at = Optional.of(schema);
        for (String name : text.substring(1).split("\\.", -1)) {
            at =
                    at.flatMap(node ->
                            SchemaParser.object(node, "additionalProperties")
                                    .or(() ->
                                            SchemaParser.object(node, "properties")
                                                    .flatMap(all ->
                                                            SchemaParser.object(all, name))));
        }
        if (at.isEmpty() || text.startsWith(".metadata.")) {
            return Optional.of(invalid + "does not refer to a valid field");
        }
        return TYPES.contains(SchemaParser.text(at.get(), "type"))
                ? Optional.empty()
                : Optional.of(
                        "must point to a field of type string, boolean or integer. Enum string"
                                + " fields and strings with formats are allowed.");
    }
}
