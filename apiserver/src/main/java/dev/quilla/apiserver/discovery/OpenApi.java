package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Descriptions;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.codec.JsonTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * OpenAPI documents: of version 3 one a group version, of version 2 one for all. They are large and
 * seldom asked for, so they are made from the schema each time; only their hashes are remembered.
 * Thread-safe.
 */
public final class OpenApi {

    private static final String ROOT = "/openapi/v3";
    private static final String ROOT_V2 = "/openapi/v2";

    private final ResourceRegistry registry;
    private final Map<String, String> hashes = new ConcurrentHashMap<>();

    /** Describes a registry. */
    public OpenApi(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** The document at a path; empty where there is none. */
    public Optional<byte[]> at(String path) {
        if (path.equals(ROOT)) {
            return Optional.of(index());
        }
        if (path.equals(ROOT_V2)) {
            return Optional.of(swagger());
        }
        if (!path.startsWith(ROOT + "/")) {
            return Optional.empty();
        }
        return Optional.ofNullable(versions().get(path.substring(ROOT.length() + 1)))
                .map(version -> document(version, Descriptions.load()));
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
        Map<String, GroupVersion> versions = versions();
        if (!hashes.keySet().containsAll(versions.keySet())) {
            Descriptions descriptions = Descriptions.load();
            versions.forEach((name, gv) -> hashes.put(name, hash(document(gv, descriptions))));
        }
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        versions.keySet()
                .forEach(name ->
                        paths.put(
                                name,
                                Map.of(
                                        "serverRelativeURL",
                                        ROOT + "/" + name + "?hash=" + hashes.get(name))));
        return JsonTree.write(Map.of("paths", paths));
    }

    private byte[] document(GroupVersion version, Descriptions descriptions) {
        OpenApiSchemas schemas = new OpenApiSchemas(Style.V3, descriptions);
        Map<String, @Nullable Object> paths =
                define(schemas, r -> r.type().gvr().groupVersion().equals(version));
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.0.0");
        document.put("info", info());
        document.put("paths", paths);
        document.put("components", Map.of("schemas", schemas.all()));
        return JsonTree.write(document);
    }

    private byte[] swagger() {
        OpenApiSchemas schemas = new OpenApiSchemas(Style.V2, Descriptions.load());
        Map<String, @Nullable Object> paths = define(schemas, r -> true);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("swagger", "2.0");
        document.put("info", info());
        document.put("paths", paths);
        document.put("definitions", schemas.all());
        return JsonTree.write(document);
    }

    private static Map<String, String> info() {
        return Map.of("title", "Quilla", "version", "v1");
    }

    /** Defines the types of some resources, and answers their paths. */
    private Map<String, @Nullable Object> define(
            OpenApiSchemas schemas, Predicate<ServedResource> which) {
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        registry.all().stream()
                .filter(which)
                .forEach(served -> {
                    schemas.define(served.type().definition());
                    served.type().listDefinition().ifPresent(schemas::define);
                    paths.put(path(served), operations(served));
                });
        return paths;
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
                operation.put("x-kubernetes-group-version-kind", OpenApiSchemas.kind(served.gvk()));
                operations.put(method, operation);
            }
        });
        return operations;
    }

    private static Map<String, Object> parameter(String name) {
        return Map.of("name", name, "in", "query", "schema", Map.of("type", "string"));
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
