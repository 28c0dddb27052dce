package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.codec.JsonCodec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is worth telling of the schemas of custom kinds: formats that mean nothing. */
final class SchemaWarnings {

    /** Dashes in the names of formats say nothing. */
    private static final Set<String> OF_TEXTS =
            Set.of(
                    "bsonobjectid",
                    "uri",
                    "email",
                    "hostname",
                    "ipv4",
                    "ipv6",
                    "cidr",
                    "mac",
                    "uuid",
                    "uuid3",
                    "uuid4",
                    "uuid5",
                    "isbn",
                    "isbn10",
                    "isbn13",
                    "creditcard",
                    "ssn",
                    "hexcolor",
                    "rgbcolor",
                    "byte",
                    "password",
                    "date",
                    "duration",
                    "datetime",
                    "k8sshortname",
                    "k8slongname");

    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "definitions", "patternProperties", "dependencies");
    private static final Set<String> SCHEMAS =
            Set.of("allOf", "anyOf", "oneOf", "items", "not", "additionalProperties");

    private SchemaWarnings() {}

    /** Tells of formats that were not there before. */
    static void check(Struct object, Optional<Struct> before, Consumer<String> tell) {
        Set<String> unknown = unknown(object);
        before.map(SchemaWarnings::unknown).ifPresent(unknown::removeAll);
        unknown.forEach(format -> tell.accept("unrecognized format \"" + format + "\""));
    }

    private static Set<String> unknown(Struct object) {
        Set<String> unknown = new LinkedHashSet<>();
        new CustomResourceDefinition(object)
                .spec()
                .versions()
                .forEach(v ->
                        look(JsonCodec.toTree(v.schema().openAPIV3Schema().struct()), unknown));
        return unknown;
    }

    private static void look(@Nullable Object schema, Set<String> unknown) {
        if (schema instanceof List<?> several) {
            several.forEach(one -> look(one, unknown));
        }
        if (!(schema instanceof Map<?, ?> fields)) {
            return;
        }
        if (fields.get("format") instanceof String format
                && !format.isEmpty()
                && !isKnown(String.valueOf(fields.get("type")), format)) {
            unknown.add(format);
        }
        fields.forEach((name, value) -> {
            if (SCHEMAS_BY_NAME.contains(name) && value instanceof Map<?, ?> named) {
                named.values().forEach(one -> look(one, unknown));
            } else if (SCHEMAS.contains(name)) {
                look(value, unknown);
            }
        });
    }

    private static boolean isKnown(String type, String format) {
        return switch (type) {
            case "string", "", "null" -> OF_TEXTS.contains(format.replace("-", ""));
            case "integer" -> Set.of("int32", "int64").contains(format);
            case "number" -> Set.of("float", "double").contains(format);
            default -> false;
        };
    }
}
