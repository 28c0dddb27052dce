package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Definition;
import dev.quilla.model.Descriptions;
import dev.quilla.model.Field;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Schema;
import dev.quilla.model.ValueType;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.meta.v1.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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

    /** Where types come from that are not from the package of most. */
    private static final Map<String, String> HOMES =
            Map.of(
                    "meta.", "io.k8s.apimachinery.pkg.apis.",
                    "version.", "io.k8s.apimachinery.pkg.",
                    "apiextensions.", "io.k8s.apiextensions-apiserver.pkg.apis.",
                    "apiregistration.", "io.k8s.kube-aggregator.pkg.apis.");

    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    private final Style style;
    private final Descriptions descriptions;
    private final CustomSchemas custom;
    private final Map<String, @Nullable Object> schemas = new TreeMap<>();
    private final Map<String, Map<String, @Nullable Object>> references = new HashMap<>();

    OpenApiSchemas(Style style, Descriptions descriptions) {
        this.style = style;
        this.descriptions = descriptions;
        this.custom = new CustomSchemas(style, descriptions, this::refer);
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

    /** A reference to a type, which is defined if it is not yet. */
    Map<String, @Nullable Object> reference(Definition definition) {
        define(definition);
        return reference(name(definition));
    }

    /** A reference to the type of changes: what they are is said by their media type. */
    Map<String, @Nullable Object> patch() {
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("description", "A change, in one of the forms that the API knows.");
        schema.put("type", "object");
        schemas.putIfAbsent(META + "Patch", schema);
        return reference(META + "Patch");
    }

    private Map<String, @Nullable Object> reference(String name) {
        return references.computeIfAbsent(name, n -> Map.of("$ref", style.references + n));
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
        List<GroupVersionKind> kinds = kinds(definition);
        if (!kinds.isEmpty()) {
            schema.put(
                    "x-kubernetes-group-version-kind",
                    kinds.stream().map(OpenApiSchemas::kind).toList());
        }
    }

    /** Some types are at home in every version of every group. */
    private static List<GroupVersionKind> kinds(Definition definition) {
        String name =
                definition == DeleteOptions.definition()
                        ? "DeleteOptions"
                        : definition == WatchEvent.definition() ? "WatchEvent" : "";
        return name.isEmpty()
                ? definition.kinds()
                : Schema.builtin().groups().stream()
                        .flatMap(g ->
                                g.versions().stream()
                                        .map(v -> new GroupVersionKind(g.name(), v, name)))
                        .toList();
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
        if (style == Style.V3) {
            field.defaultJson()
                    .ifPresent(json ->
                            property.put(
                                    "default",
                                    JsonTree.parse(json.getBytes(StandardCharsets.UTF_8))));
        }
        if (!field.enumValues().isEmpty()) {
            choices(field, property);
        }
        merging(definition, field, property);
        return property;
    }

    /** The values that there are, of the field or of what it lists. */
    private void choices(Field field, Map<String, @Nullable Object> property) {
        if (field.type() == ValueType.Scalar.STRING) {
            property.put("enum", field.enumValues());
        } else if (field.type() instanceof ValueType.ListType list
                && list.element() == ValueType.Scalar.STRING) {
            Map<String, @Nullable Object> items = type(list.element());
            items.put("enum", field.enumValues());
            property.put("items", items);
        }
    }

    private static void merging(
            Definition definition, Field field, Map<String, @Nullable Object> property) {
        Field.Merging merging = field.merging();
        if (!merging.patchStrategies().contains("")) {
            property.put(
                    "x-kubernetes-patch-strategy", String.join(",", merging.patchStrategies()));
        }
        merging.patchMergeKey().ifPresent(k -> property.put("x-kubernetes-patch-merge-key", k));
        if (merging.atomicMap()) {
            property.put("x-kubernetes-map-type", "atomic");
        }
        boolean list =
                definition
                        .find("metadata")
                        .filter(m -> m.struct().equals(Optional.of(ListMeta.definition())))
                        .isPresent();
        // How a list of objects is merged is nothing that anybody does.
        if (field.type() instanceof ValueType.ListType && !list) {
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
        Map<String, @Nullable Object> reference = reference(name);
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
        for (Map.Entry<String, String> home : HOMES.entrySet()) {
            if (name.startsWith(home.getKey())) {
                return home.getValue() + name;
            }
        }
        return "io.k8s.api." + name;
    }
}
