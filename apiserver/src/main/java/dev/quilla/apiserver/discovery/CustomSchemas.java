package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.model.Definition;
import dev.quilla.model.Descriptions;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of custom kinds, in their authors' words. Version 2 knows less: where it can't say
 * what a value is, it says nothing.
 */
final class CustomSchemas {

    /** What version 2 understands, and clients of it make use of. */
    private static final Set<String> OF_V2 =
            Set.of(
                    "type",
                    "format",
                    "title",
                    "description",
                    "enum",
                    "maximum",
                    "exclusiveMaximum",
                    "minimum",
                    "exclusiveMinimum",
                    "maxLength",
                    "minLength",
                    "pattern",
                    "maxItems",
                    "minItems",
                    "uniqueItems",
                    "maxProperties",
                    "minProperties",
                    "multipleOf",
                    "required",
                    "properties",
                    "items",
                    "additionalProperties");

    private static final String PROPERTIES = "properties";
    private static final String KEEPS_UNKNOWN = "x-kubernetes-preserve-unknown-fields";
    private static final String EMBEDDED = "x-kubernetes-embedded-resource";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    /** What all objects have is told as it is of these. */
    private static final Definition LIKE = CustomResourceDefinition.definition();

    private final Style style;
    private final Descriptions descriptions;
    private final BiConsumer<Map<String, @Nullable Object>, String> refer;

    /**
     * Makes schemas.
     *
     * @param refer adds a reference to the type of that name
     */
    CustomSchemas(
            Style style,
            Descriptions descriptions,
            BiConsumer<Map<String, @Nullable Object>, String> refer) {
        this.style = style;
        this.descriptions = descriptions;
        this.refer = refer;
    }

    /** The schema of a kind's objects. */
    Map<String, @Nullable Object> kind(Map<?, ?> schema, GroupVersionKind kind) {
        if (style == Style.V2 && Boolean.TRUE.equals(schema.get(KEEPS_UNKNOWN))) {
            return anything(kind);
        }
        Map<String, @Nullable Object> result = adapted(schema);
        result.put(PROPERTIES, everyObjects(result));
        result.put("type", "object");
        result.put("x-kubernetes-group-version-kind", List.of(OpenApiSchemas.kind(kind)));
        return result;
    }

    /** The properties of a schema of objects, with those that all objects have. */
    private Map<String, @Nullable Object> everyObjects(Map<String, @Nullable Object> schema) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("apiVersion", text("apiVersion"));
        properties.put("kind", text("kind"));
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("description", said("metadata"));
        refer.accept(metadata, OpenApiSchemas.name(ObjectMeta.definition()));
        properties.put("metadata", metadata);
        if (schema.get(PROPERTIES) instanceof Map<?, ?> own) {
            own.forEach((name, property) -> properties.putIfAbsent((String) name, property));
        }
        return properties;
    }

    /** With any property named, clients of version 2 take those for all there may be. */
    private static Map<String, @Nullable Object> anything(GroupVersionKind kind) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("type", "object");
        result.put("x-kubernetes-group-version-kind", List.of(OpenApiSchemas.kind(kind)));
        return result;
    }

    /** The schema of a kind's lists. */
    Map<String, @Nullable Object> list(String items, Definition list) {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        refer.accept(item, items);
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        refer.accept(metadata, OpenApiSchemas.name(ListMeta.definition()));
        Map<String, @Nullable Object> array = new LinkedHashMap<>();
        array.put("type", "array");
        array.put("items", item);
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("apiVersion", text("apiVersion"));
        properties.put("kind", text("kind"));
        properties.put("metadata", metadata);
        properties.put("items", array);
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("type", "object");
        result.put("required", List.of("items"));
        result.put("properties", properties);
        result.put(
                "x-kubernetes-group-version-kind",
                list.kinds().stream().map(OpenApiSchemas::kind).toList());
        return result;
    }

    private String said(String field) {
        return descriptions.of(LIKE, LIKE.field(field));
    }

    private Map<String, @Nullable Object> text(String field) {
        Map<String, @Nullable Object> property = new LinkedHashMap<>();
        property.put("description", said(field));
        property.put("type", "string");
        return property;
    }

    private Map<String, @Nullable Object> adapted(Map<?, ?> schema) {
        return style == Style.V3 ? completed(schema) : simplified(schema);
    }

    /** The author's schema, with what follows from Kubernetes' own words in it. */
    private Map<String, @Nullable Object> completed(Map<?, ?> schema) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        schema.forEach((key, value) ->
                result.put((String) key, part((String) key, value, this::completed)));
        if (Boolean.TRUE.equals(schema.get(INT_OR_STRING))) {
            result.putIfAbsent(
                    "anyOf", List.of(Map.of("type", "integer"), Map.of("type", "string")));
        }
        if (Boolean.TRUE.equals(schema.get(EMBEDDED))) {
            result.put(PROPERTIES, everyObjects(result));
            Set<Object> required = new LinkedHashSet<>(List.of("kind", "apiVersion"));
            if (schema.get("required") instanceof List<?> own) {
                required.addAll(own);
            }
            result.put("required", List.copyOf(required));
        }
        return result;
    }

    private Map<String, @Nullable Object> simplified(Map<?, ?> schema) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        boolean anything =
                Boolean.TRUE.equals(schema.get(KEEPS_UNKNOWN))
                        || Boolean.TRUE.equals(schema.get(INT_OR_STRING))
                        || Boolean.TRUE.equals(schema.get("nullable"));
        schema.forEach((key, value) -> {
            String name = (String) key;
            boolean said = anything ? name.equals("description") : OF_V2.contains(name);
            if (said || name.startsWith("x-kubernetes-")) {
                result.put(name, part(name, value, this::simplified));
            }
        });
        return result;
    }

    private static @Nullable Object part(
            String name,
            @Nullable Object value,
            Function<Map<?, ?>, Map<String, @Nullable Object>> inside) {
        if (name.equals(PROPERTIES) && value instanceof Map<?, ?> properties) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            properties.forEach(
                    (key, inner) -> all.put((String) key, inside.apply((Map<?, ?>) inner)));
            return all;
        }
        boolean schema = name.equals("items") || name.equals("additionalProperties");
        if (schema && value instanceof Map<?, ?> inner) {
            return inside.apply(inner);
        }
        return value instanceof List<?> list ? new ArrayList<>(list) : value;
    }
}
