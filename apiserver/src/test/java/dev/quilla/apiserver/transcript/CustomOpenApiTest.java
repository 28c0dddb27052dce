package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.quilla.model.codec.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What OpenAPI documents say of custom kinds, against what kube-apiserver 1.36 was seen to say. */
class CustomOpenApiTest {

    private static final String NEW = "/openapi/v3/apis/example.com/v1";
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static final String BOATS =
            """
            {"metadata": {"name": "boats.example.com"}, "spec": {
              "group": "example.com", "scope": "Namespaced",
              "names": {"plural": "boats", "singular": "boat", "kind": "Boat"},
              "versions": [{"name": "v1", "served": true, "storage": true,
                "subresources": {"status": {}, "scale": {
                  "specReplicasPath": ".spec.sails", "statusReplicasPath": ".status.sails"}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                  "spec": {"type": "object", "properties": {
                    "sails": {"type": "integer", "minimum": 1, "default": 2},
                    "berth": {"x-kubernetes-int-or-string": true},
                    "crew": {"type": "object", "x-kubernetes-embedded-resource": true,
                      "x-kubernetes-preserve-unknown-fields": true}}}}}}}]}}
            """;

    private static final String ESTABLISHED =
            """
            {"status": {"acceptedNames": {"plural": "boats", "singular": "boat", "kind": "Boat",
              "listKind": "BoatList"}, "conditions": [{"type": "Established", "status": "True"}]}}
            """;

    private final TestApi api = new TestApi();

    @BeforeEach
    void define() {
        api.call("POST", DEFINITIONS, "application/json", BOATS);
        api.call(
                "PATCH",
                DEFINITIONS + "/boats.example.com/status",
                "application/merge-patch+json",
                ESTABLISHED);
    }

    @Test
    void operationsAreTheOriginals() {
        Set<String> ids = new TreeSet<>();
        at(document(NEW), "paths")
                .forEach((path, item) ->
                        ((Map<?, ?>) item)
                                .forEach((m, o) -> {
                                    if (o instanceof Map<?, ?> operation) {
                                        ids.add(
                                                operation.get("operationId")
                                                        + " "
                                                        + m
                                                        + " "
                                                        + path);
                                    }
                                }));
        String all = "/apis/example.com/v1/namespaces/{namespace}/boats";
        String one = all + "/{name}";
        assertEquals(
                new TreeSet<>(
                        Set.of(
                                "listExampleComV1BoatForAllNamespaces get"
                                        + " /apis/example.com/v1/boats",
                                "listExampleComV1NamespacedBoat get " + all,
                                "createExampleComV1NamespacedBoat post " + all,
                                "deleteExampleComV1CollectionNamespacedBoat delete " + all,
                                "readExampleComV1NamespacedBoat get " + one,
                                "replaceExampleComV1NamespacedBoat put " + one,
                                "deleteExampleComV1NamespacedBoat delete " + one,
                                "patchExampleComV1NamespacedBoat patch " + one,
                                "readExampleComV1NamespacedBoatStatus get " + one + "/status",
                                "replaceExampleComV1NamespacedBoatStatus put " + one + "/status",
                                "patchExampleComV1NamespacedBoatStatus patch " + one + "/status",
                                "readExampleComV1NamespacedBoatScale get " + one + "/scale",
                                "replaceExampleComV1NamespacedBoatScale put " + one + "/scale",
                                "patchExampleComV1NamespacedBoatScale patch " + one + "/scale")),
                ids);
    }

    @Test
    void changesAreOfTheFormsThatThereAre() {
        String one = "/apis/example.com/v1/namespaces/{namespace}/boats/{name}";
        Map<?, ?> patch = at(document(NEW), "paths", one, "patch");
        assertEquals(
                Set.of(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/apply-patch+yaml"),
                at(patch, "requestBody", "content").keySet());
        Map<?, ?> scale = at(document(NEW), "paths", one + "/scale", "put");
        assertEquals("Boat", at(scale, "x-kubernetes-group-version-kind").get("kind"));
        assertEquals(
                Map.of("$ref", "#/components/schemas/io.k8s.api.autoscaling.v1.Scale"),
                at(scale, "requestBody", "content", "application/json", "schema"));
    }

    @Test
    void schemasSayWhatFollowsFromTheirWords() {
        Map<?, ?> spec =
                at(
                        document(NEW),
                        "components",
                        "schemas",
                        "com.example.v1.Boat",
                        "properties",
                        "spec",
                        "properties");
        assertEquals(
                List.of(Map.of("type", "integer"), Map.of("type", "string")),
                at(spec, "berth").get("anyOf"));
        assertEquals(List.of("kind", "apiVersion"), at(spec, "crew").get("required"));
        assertEquals(2L, at(spec, "sails").get("default"));
        Map<?, ?> older =
                at(
                        document("/openapi/v2"),
                        "definitions",
                        "com.example.v1.Boat",
                        "properties",
                        "spec",
                        "properties");
        assertEquals(1L, at(older, "sails").get("minimum"));
        assertFalse(at(older, "sails").containsKey("default"));
        assertFalse(at(older, "berth").containsKey("anyOf"));
    }

    @Test
    void hashesChangeWithDefinitions() {
        String before = hash();
        assertEquals(before, hash());
        api.call(
                "PATCH",
                DEFINITIONS + "/boats.example.com",
                "application/json-patch+json",
                "[{\"op\": \"remove\", \"path\": \"/spec/versions/0/subresources/scale\"}]");
        assertNotEquals(before, hash());
    }

    private String hash() {
        return api.discovery().openApi(NEW, "").orElseThrow().hash();
    }

    private Map<?, ?> document(String path) {
        return JsonTree.parseObject(
                api.discovery().openApi(path, "").orElseThrow().content().get());
    }

    private static Map<?, ?> at(Map<?, ?> tree, String... path) {
        Map<?, ?> at = tree;
        for (String name : path) {
            at = (Map<?, ?>) Objects.requireNonNull(at.get(name), name);
        }
        return at;
    }
}
