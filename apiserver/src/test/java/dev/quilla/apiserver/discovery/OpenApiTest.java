package dev.quilla.apiserver.discovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.model.ApiException;
import dev.quilla.model.Schema;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenApiTest {

    private static final String PROTOBUF =
            "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    private static final String POD_SPEC = "io.k8s.api.core.v1.PodSpec";

    private final OpenApi api =
            new OpenApi(
                    new ResourceRegistry(Schema.builtin(), Map.of(), ResourceRegistry.More.NONE));

    @Test
    void saysWhatTypesAndFieldsAre() {
        Map<?, ?> spec = schema("/openapi/v3/api/v1", POD_SPEC);
        assertTrue(spec.get("description").toString().contains("pod"));
        Map<?, ?> containers = at(spec, "properties", "containers");
        assertTrue(containers.get("description").toString().contains("containers"));
        Map<?, ?> plugin =
                schema("/openapi/v3/apis/quilla.dev/v1", "dev.quilla.quilla.v1.PluginSpec");
        assertTrue(at(plugin, "properties", "config").get("description") instanceof String);
    }

    /** kubectl refuses a list of custom kinds with a default of 1 where this says "object". */
    @Test
    void whatMayBeAnyJsonHasNoType() {
        String group = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
        Map<?, ?> schema =
                schema("/openapi/v3/apis/apiextensions.k8s.io/v1", group + "JSONSchemaProps");
        for (String field : List.of("default", "example", "items", "additionalProperties")) {
            assertFalse(at(schema, "properties", field).containsKey("type"), field);
        }
        Map<?, ?> revision =
                schema("/openapi/v3/apis/apps/v1", "io.k8s.api.apps.v1.ControllerRevision");
        assertEquals("object", at(revision, "properties", "data").get("type"));
    }

    @Test
    void saysAlmostEverywhereWhatItIs() {
        Map<?, ?> schemas = at(document("/openapi/v2"), "definitions");
        int fields = 0;
        Set<String> silent = new TreeSet<>();
        for (Map.Entry<?, ?> schema : schemas.entrySet()) {
            Map<?, ?> properties = (Map<?, ?>) ((Map<?, ?>) schema.getValue()).get("properties");
            for (Map.Entry<?, ?> field :
                    (properties == null ? Map.<Object, Object>of() : properties).entrySet()) {
                fields++;
                if (!((Map<?, ?>) field.getValue()).containsKey("description")) {
                    silent.add(schema.getKey() + "." + field.getKey());
                }
            }
        }
        assertTrue(fields > 2_000, "fields: " + fields);
        // The schema of schemas and the server's version explain themselves; certificate requests'
        // metadata goes without saying.
        silent.removeIf(f -> f.contains(".apiextensions.v1.") || f.contains(".version.Info."));
        assertTrue(silent.size() <= 12, silent.toString());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (String name : at(document("/openapi/v3"), "paths").keySet().toArray(String[]::new)) {
            Map<?, ?> document = document("/openapi/v3/" + name);
            Map<?, ?> schemas = at(document, "components", "schemas");
            references(document)
                    .forEach(r ->
                            assertNotNull(
                                    schemas.get(r.substring("#/components/schemas/".length())), r));
        }
        Map<?, ?> swagger = document("/openapi/v2");
        references(swagger)
                .forEach(r -> {
                    String[] parts = r.split("/");
                    assertNotNull(at(swagger, parts[1]).get(parts[2]), r);
                });
    }

    @Test
    void theSameDocumentEachTime() {
        assertArrayEquals(bytes("/openapi/v3", ""), bytes("/openapi/v3", ""));
        assertEquals(document("/openapi/v3/apis/apps/v1"), document("/openapi/v3/apis/apps/v1"));
        assertTrue(api.at("/openapi/v3/apis/apps/v9", "").isEmpty());
    }

    @Test
    void protobufSaysTheSame() throws IOException {
        UnknownFieldSet document = UnknownFieldSet.parseFrom(bytes("/openapi/v2", PROTOBUF));
        Map<String, UnknownFieldSet> schemas = named(message(document, 9), 1);
        assertEquals(at(document("/openapi/v2"), "definitions").keySet(), schemas.keySet());
        UnknownFieldSet deployment = schemas.get("io.k8s.api.apps.v1.Deployment");
        Map<String, UnknownFieldSet> properties = named(message(deployment, 25), 1);
        assertEquals(
                "#/definitions/io.k8s.api.apps.v1.DeploymentSpec", text(properties.get("spec"), 1));
        assertEquals(
                "[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]",
                text(named(deployment, 31).get("x-kubernetes-group-version-kind"), 2));
        String path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}";
        UnknownFieldSet item = named(message(document, 8), 2).get(path);
        UnknownFieldSet patch = message(item, 8);
        assertEquals("patchAppsV1NamespacedDeployment", text(patch, 5));
        Map<String, UnknownFieldSet> shared = named(message(document, 10), 1);
        Set<String> parameters = new TreeSet<>();
        Set<String> bodies = new TreeSet<>();
        for (ByteString one : patch.getField(8).getLengthDelimitedList()) {
            UnknownFieldSet parameter = UnknownFieldSet.parseFrom(one);
            if (parameter.hasField(2)) {
                String reference = text(message(parameter, 2), 1);
                UnknownFieldSet named = shared.get(reference.substring("#/parameters/".length()));
                parameters.add(text(message(message(named, 2), 3), 4));
            } else {
                bodies.add(text(message(message(parameter, 1), 1), 2));
            }
        }
        assertEquals(Set.of("dryRun", "fieldManager", "fieldValidation", "force"), parameters);
        assertEquals(Set.of("body"), bodies);
        // What stands in the path is said once for all that is done there.
        assertEquals(3, item.getField(9).getLengthDelimitedList().size());
    }

    /** Client generators name functions so, and programs of theirs call these. */
    @Test
    void operationsAreTheOriginals() throws IOException {
        Set<String> expected = new TreeSet<>();
        try (InputStream in =
                Objects.requireNonNull(OpenApiTest.class.getResourceAsStream("operations.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(expected::add);
        }
        Set<String> actual = new TreeSet<>();
        operations(document("/openapi/v2"))
                .forEach((where, operation) ->
                        actual.add(
                                operation.get("operationId")
                                        + " "
                                        + Objects.requireNonNullElse(
                                                operation.get("x-kubernetes-action"), "-")
                                        + " "
                                        + where));
        actual.removeIf(o -> o.contains("/apis/quilla.dev/") || o.contains("metrics.k8s.io/"));
        assertEquals(expected, actual);
    }

    @Test
    void bothVersionsSayTheSame() {
        Map<String, Map<?, ?>> older = operations(document("/openapi/v2"));
        Map<String, Map<?, ?>> newer = new TreeMap<>();
        for (Object name : at(document("/openapi/v3"), "paths").keySet()) {
            newer.putAll(operations(document("/openapi/v3/" + name)));
        }
        assertEquals(older.keySet(), newer.keySet());
        older.forEach((where, operation) ->
                assertEquals(
                        operation.get("operationId"), newer.get(where).get("operationId"), where));
    }

    @Test
    void saysWhatIsSentAndAnswered() {
        Map<?, ?> paths = at(document("/openapi/v3/apis/apps/v1"), "paths");
        String path = "/apis/apps/v1/namespaces/{namespace}/deployments";
        String deployment = "#/components/schemas/io.k8s.api.apps.v1.Deployment";
        Map<?, ?> create = at(paths, path, "post");
        assertEquals(
                Map.of("$ref", deployment), at(create, "requestBody", "content", "*/*", "schema"));
        assertEquals(
                Map.of("$ref", deployment),
                at(create, "responses", "201", "content", "application/yaml", "schema"));
        assertEquals(
                Map.of("$ref", deployment + "List"),
                at(
                        paths,
                        path,
                        "get",
                        "responses",
                        "200",
                        "content",
                        "application/json;stream=watch",
                        "schema"));
        assertEquals(
                Set.of(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/strategic-merge-patch+json",
                        "application/apply-patch+yaml"),
                at(paths, path + "/{name}", "patch", "requestBody", "content").keySet());
        Map<?, ?> scale = at(paths, path + "/{name}/scale", "put");
        assertEquals(
                Map.of("group", "autoscaling", "kind", "Scale", "version", "v1"),
                scale.get("x-kubernetes-group-version-kind"));
    }

    /** The operations by method and path. */
    private static Map<String, Map<?, ?>> operations(Map<?, ?> document) {
        Map<String, Map<?, ?>> all = new TreeMap<>();
        at(document, "paths")
                .forEach((path, item) ->
                        ((Map<?, ?>) item)
                                .forEach((key, value) -> {
                                    if (value instanceof Map<?, ?> operation) {
                                        all.put(key + " " + path, operation);
                                    }
                                }));
        return all;
    }

    @Test
    void theFirstFormThatIsWantedAndKnown() {
        assertEquals(
                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                api.at("/openapi/v2", PROTOBUF + ", application/json").orElseThrow().type());
        assertEquals(
                "application/json",
                api.at("/openapi/v2", "text/html, */*;q=0.8").orElseThrow().type());
        assertEquals(
                406,
                assertThrows(ApiException.class, () -> api.at("/openapi/v2", "text/html")).code());
    }

    private static UnknownFieldSet message(UnknownFieldSet in, int number) throws IOException {
        return UnknownFieldSet.parseFrom(in.getField(number).getLengthDelimitedList().getFirst());
    }

    private static String text(UnknownFieldSet in, int number) {
        return in.getField(number).getLengthDelimitedList().getFirst().toStringUtf8();
    }

    private static Map<String, UnknownFieldSet> named(UnknownFieldSet in, int number)
            throws IOException {
        Map<String, UnknownFieldSet> all = new TreeMap<>();
        for (ByteString item : in.getField(number).getLengthDelimitedList()) {
            UnknownFieldSet pair = UnknownFieldSet.parseFrom(item);
            all.put(text(pair, 1), message(pair, 2));
        }
        return all;
    }

    private static Set<String> references(Object tree) {
        Set<String> all = new TreeSet<>();
        if (tree instanceof Map<?, ?> map) {
            if (map.get("$ref") instanceof String reference) {
                all.add(reference);
            }
            map.values().forEach(v -> all.addAll(references(v)));
        } else if (tree instanceof Iterable<?> list) {
            list.forEach(v -> all.addAll(references(v)));
        }
        return all;
    }

    private Map<?, ?> schema(String path, String name) {
        return at(document(path), "components", "schemas", name);
    }

    private static Map<?, ?> at(Map<?, ?> tree, String... path) {
        Map<?, ?> at = tree;
        for (String name : path) {
            at = (Map<?, ?>) at.get(name);
            assertNotNull(at, name);
        }
        return at;
    }

    private Map<?, ?> document(String path) {
        return JsonTree.parseObject(bytes(path, ""));
    }

    private byte[] bytes(String path, String accept) {
        return api.at(path, accept).orElseThrow().content().get();
    }
}
