package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ValueType;
import dev.quilla.model.codec.JsonTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** OpenAPI v3 documents, one a group version, made from the schema when first asked for. */
public final class OpenApi {

    private static final String ROOT = "/openapi/v3";

    private final ResourceRegistry registry;
    private final Map<String, byte[]> documents = new ConcurrentHashMap<>();

    /** Describes a registry. */
    public OpenApi(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** The document at a path; empty where there is none. */
    public Optional<byte[]> at(String path) {
        if (path.equals(ROOT)) {
            return Optional.of(index());
        }
        if (!path.startsWith(ROOT + "/")) {
            return Optional.empty();
        }
        String name = path.substring(ROOT.length() + 1);
        return versions().containsKey(name) ? Optional.of(document(name)) : Optional.empty();
    }

    private Map<String, GroupVersion> versions() {
        Map<String, GroupVersion> versions = new LinkedHashMap<>();
        for (ServedResource served : registry.all()) {
            GroupVersion gv = served.type().gvr().groupVersion();
            versions.put(gv.group().isEmpty() ? "api/" + gv.version() : "apis/" + gv, gv);
        }
        return versions;
    }

    private byte[] index() {
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        versions()
                .keySet()
                .forEach(name ->
                        paths.put(
                                name,
                                Map.of(
                                        "serverRelativeURL",
                                        ROOT + "/" + name + "?hash=" + hash(document(name)))));
        return JsonTree.write(Map.of("paths", paths));
    }

    private byte[] document(String name) {
        return documents.computeIfAbsent(name, n -> build(versions().get(n)));
    }

    private byte[] build(@Nullable GroupVersion version) {
        Map<String, @Nullable Object> schemas = new LinkedHashMap<>();
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        for (ServedResource served : registry.all()) {
            if (!served.type().gvr().groupVersion().equals(version)) {
                continue;
            }
            define(served.type().definition(), schemas);
            served.type().listDefinition().ifPresent(d -> define(d, schemas));
            paths.put(path(served), operations(served));
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.0.0");
        document.put("info", Map.of("title", "Quilla", "version", "v1"));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", schemas));
        return JsonTree.write(document);
    }

    private static String path(ServedResource served) {
        GroupVersion gv = served.type().gvr().groupVersion();
        String base = gv.group().isEmpty() ? "/api/" + gv.version() : "/apis/" + gv;
        String scope = served.type().namespaced() ? "/namespaces/{namespace}" : "";
        return base + scope + "/" + served.type().gvr().resource() + "/{name}";
    }

    private static Map<String, @Nullable Object> operations(ServedResource served) {
        Map<String, @Nullable Object> operations = new LinkedHashMap<>();
        Map<String, String> methods = Map.of("get", "get", "put", "update", "patch", "patch");
        methods.forEach((method, verb) -> {
            if (served.type().verbs().contains(verb)) {
                Map<String, @Nullable Object> operation = new LinkedHashMap<>();
                operation.put(
                        "parameters",
                        List.of(
                                parameter("dryRun"),
                                parameter("fieldManager"),
                                parameter("fieldValidation")));
                operation.put("responses", Map.of("200", Map.of("description", "OK")));
                operation.put("x-kubernetes-action", verb);
                operation.put("x-kubernetes-group-version-kind", kind(served.gvk()));
                operations.put(method, operation);
            }
        });
        return operations;
    }

    private static Map<String, Object> parameter(String name) {
        return Map.of("name", name, "in", "query", "schema", Map.of("type", "string"));
    }

    private static Map<String, String> kind(GroupVersionKind gvk) {
        return Map.of("group", gvk.group(), "version", gvk.version(), "kind", gvk.kind());
    }

    private static void define(Definition definition, Map<String, @Nullable Object> schemas) {
        String name = schemaName(definition);
        if (schemas.containsKey(name)) {
            return;
        }
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schemas.put(name, schema);
        schema.put("type", "object");
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        for (Field field : definition.fields()) {
            properties.put(field.name(), property(field));
            field.struct().ifPresent(d -> define(d, schemas));
        }
        schema.put("properties", properties);
        List<String> required =
                definition.fields().stream().filter(Field::required).map(Field::name).toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (!definition.kinds().isEmpty()) {
            schema.put(
                    "x-kubernetes-group-version-kind",
                    definition.kinds().stream().map(OpenApi::kind).toList());
        }
    }

    private static Map<String, @Nullable Object> property(Field field) {
        Map<String, @Nullable Object> property = type(field.type());
        if (!field.enumValues().isEmpty() && field.type() == ValueType.Scalar.STRING) {
            property.put("enum", field.enumValues());
        }
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
        return property;
    }

    private static Map<String, @Nullable Object> type(ValueType type) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        switch (type) {
            case ValueType.StructType s ->
                    map.put(
                            "allOf",
                            List.of(
                                    Map.of(
                                            "$ref",
                                            "#/components/schemas/" + schemaName(s.definition()))));
            case ValueType.ListType list -> {
                map.put("type", "array");
                map.put("items", type(list.element()));
            }
            case ValueType.MapType m -> {
                map.put("type", "object");
                map.put("additionalProperties", type(m.value()));
            }
            case ValueType.Scalar scalar -> {
                switch (scalar) {
                    case STRING, QUANTITY -> map.put("type", "string");
                    case BYTES -> put(map, "string", "byte");
                    case TIME, MICROTIME -> put(map, "string", "date-time");
                    case INT32 -> put(map, "integer", "int32");
                    case INT64 -> put(map, "integer", "int64");
                    case DOUBLE -> put(map, "number", "double");
                    case BOOL -> map.put("type", "boolean");
                    case INT_OR_STRING -> put(map, "string", "int-or-string");
                    case RAW -> map.put("type", "object");
                }
            }
        }
        return map;
    }

    private static void put(Map<String, @Nullable Object> map, String type, String format) {
        map.put("type", type);
        map.put("format", format);
    }

    private static String schemaName(Definition definition) {
        String name = definition.name();
        if (name.startsWith("quilla.")) {
            return "dev.quilla." + name;
        }
        return name.startsWith("meta.")
                ? "io.k8s.apimachinery.pkg.apis." + name
                : "io.k8s.api." + name;
    }

    private static String hash(byte[] document) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
