package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Definition;
import dev.quilla.model.Descriptions;
import dev.quilla.model.Field;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ValueType;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The schemas of one OpenAPI document, made from definitions. Used by one thread. */
final class OpenApiSchemas {

    /** Version 2 refers to types in another place, and knows no alternatives. */
    enum Style {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String references;

        Style(String references) {
            this.references = references;
        }
    }

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    private final Style style;
    private final Descriptions descriptions;
    private final CustomSchemas custom;
    private final Map<String, @Nullable Object> schemas = new LinkedHashMap<>();

    OpenApiSchemas(Style style, Descriptions descriptions) {
        this.style = style;
        this.descriptions = descriptions;
        this.custom = new CustomSchemas(style, this::refer);
    }

    /** Which version it is for. */
    Style style() {
        return style;
    }

    /** What has been defined so far, by name. */
    Map<String, @Nullable Object> all() {
        return schemas;
    }

    /** Defines the types of a resource, and those that they need. */
    void define(ServedResource served) {
        Definition definition = served.type().definition();
        Optional<Definition> list = served.type().listDefinition();
        if (served.behaviour().published().isPresent()) {
            Map<?, ?> schema = served.behaviour().published().get().schema().get();
            define(ObjectMeta.definition());
            define(ListMeta.definition());
            schemas.put(name(definition), custom.kind(schema, served.gvk()));
            list.ifPresent(l -> schemas.put(name(l), custom.list(name(definition), l)));
        } else {
            define(definition);
            list.ifPresent(this::define);
        }
    }

    /** Defines a type, and those that it needs. */
    private void define(Definition definition) {
        String name = name(definition);
        if (schemas.containsKey(name)) {
            return;
        }
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schemas.put(name, schema);
        describe(schema, descriptions.of(definition));
        schema.put("type", "object");
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        for (Field field : definition.fields()) {
            properties.put(field.name(), property(definition, field));
            field.struct().ifPresent(this::define);
        }
        if (!properties.isEmpty()) {
            schema.put("properties", properties);
        }
        List<String> required =
                definition.fields().stream().filter(Field::required).map(Field::name).toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (definition.atomic()) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
        if (!definition.kinds().isEmpty()) {
            schema.put(
                    "x-kubernetes-group-version-kind",
                    definition.kinds().stream().map(OpenApiSchemas::kind).toList());
        }
    }

    static Map<String, String> kind(GroupVersionKind gvk) {
        // In order, so that every master has the same document.
        return new TreeMap<>(
                Map.of("group", gvk.group(), "version", gvk.version(), "kind", gvk.kind()));
    }

    private Map<String, @Nullable Object> property(Definition definition, Field field) {
        Map<String, @Nullable Object> property = new LinkedHashMap<>();
        describe(property, descriptions.of(definition, field));
        property.putAll(type(field.type()));
        field.defaultJson()
                .ifPresent(json ->
                        property.put(
                                "default", JsonTree.parse(json.getBytes(StandardCharsets.UTF_8))));
        if (!field.enumValues().isEmpty() && field.type() == ValueType.Scalar.STRING) {
            property.put("enum", field.enumValues());
        }
        merging(field, property);
        return property;
    }

    private static void merging(Field field, Map<String, @Nullable Object> property) {
        Field.Merging merging = field.merging();
        if (!merging.patchStrategies().contains("")) {
            property.put(
                    "x-kubernetes-patch-strategy", String.join(",", merging.patchStrategies()));
        }
        merging.patchMergeKey().ifPresent(k -> property.put("x-kubernetes-patch-merge-key", k));
        if (field.type() instanceof ValueType.ListType) {
            property.put("x-kubernetes-list-type", merging.listType());
            if (!merging.listMapKeys().isEmpty()) {
                property.put("x-kubernetes-list-map-keys", merging.listMapKeys());
            }
        }
    }

    private Map<String, @Nullable Object> type(ValueType type) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        switch (type) {
            case ValueType.StructType s -> refer(map, name(s.definition()));
            case ValueType.ListType list -> {
                map.put("type", "array");
                map.put("items", type(list.element()));
            }
            case ValueType.MapType m -> {
                map.put("type", "object");
                map.put("additionalProperties", type(m.value()));
            }
            case ValueType.Scalar scalar -> scalar(scalar, map);
        }
        return map;
    }

    private void scalar(ValueType.Scalar scalar, Map<String, @Nullable Object> map) {
        switch (scalar) {
            case STRING -> map.put("type", "string");
            case BYTES -> put(map, "string", "byte");
            case INT32 -> put(map, "integer", "int32");
            case INT64 -> put(map, "integer", "int64");
            case DOUBLE -> put(map, "number", "double");
            case BOOL -> map.put("type", "boolean");
            case RAW -> map.put("type", "object");
            case ANY -> {
                // No type: anything may be there.
            }
            case TIME ->
                    named(
                            map,
                            META + "Time",
                            "A point in time, as RFC 3339 writes it.",
                            "date-time");
            case MICROTIME ->
                    named(
                            map,
                            META + "MicroTime",
                            "A point in time to the microsecond, as RFC 3339 writes it.",
                            "date-time");
            case QUANTITY ->
                    named(
                            map,
                            QUANTITY,
                            "An amount: a number, with a suffix such as m, k, M, G or Ki, Mi, Gi.",
                            "",
                            "string",
                            "number");
            case INT_OR_STRING ->
                    named(
                            map,
                            INT_OR_STRING,
                            "A whole number, or text, such as a port's name or a percentage.",
                            "int-or-string",
                            "integer",
                            "string");
        }
    }

    /** Types that are one value but have a name. */
    private void named(
            Map<String, @Nullable Object> map,
            String name,
            String description,
            String format,
            String... alternatives) {
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("description", description);
        if (alternatives.length == 0 || style == Style.V2) {
            schema.put("type", "string");
        } else {
            schema.put(
                    "oneOf", List.of(alternatives).stream().map(a -> Map.of("type", a)).toList());
        }
        if (!format.isEmpty()) {
            schema.put("format", format);
        }
        schemas.putIfAbsent(name, schema);
        refer(map, name);
    }

    /** Version 3 has nothing beside a reference, so the reference stands in a list of its own. */
    private void refer(Map<String, @Nullable Object> map, String name) {
        Map<String, @Nullable Object> reference = Map.of("$ref", style.references + name);
        if (style == Style.V2) {
            map.putAll(reference);
        } else {
            map.put("allOf", List.of(reference));
        }
    }

    private static void describe(Map<String, @Nullable Object> schema, String description) {
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
    }

    private static void put(Map<String, @Nullable Object> map, String type, String format) {
        map.put("type", type);
        map.put("format", format);
    }

    /** What a document calls a type. */
    static String name(Definition definition) {
        String name = definition.name();
        if (definition.custom()) {
            return name;
        }
        if (name.startsWith("quilla.")) {
            return "dev.quilla." + name;
        }
        return name.startsWith("meta.")
                ? "io.k8s.apimachinery.pkg.apis." + name
                : "io.k8s.api." + name;
    }
}
