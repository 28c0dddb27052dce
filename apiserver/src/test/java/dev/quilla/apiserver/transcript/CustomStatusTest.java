package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Struct;
import org.junit.jupiter.api.Test;

/** What a new custom object's status is, where it has a subresource of its own. */
class CustomStatusTest {

    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static final String GATES =
            """
            {"metadata": {"name": "gates.example.com"}, "spec": {
              "group": "example.com", "scope": "Cluster",
              "names": {"plural": "gates", "singular": "gate", "kind": "Gate"},
              "versions": [{"name": "v1", "served": true, "storage": true,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                  "status": {"type": "object", "default": {"phase": "Waiting"}, "properties": {
                    "phase": {"type": "string"}}}}}}}]}}
            """;

    private static final String ESTABLISHED =
            """
            {"status": {"acceptedNames": {"plural": "gates", "singular": "gate", "kind": "Gate",
              "listKind": "GateList"}, "conditions": [{"type": "Established", "status": "True"}]}}
            """;

    private final TestApi api = new TestApi();

    /** The answer to the creation says it already, though what was sent is no status. */
    @Test
    void isTheSchemasDefault() {
        api.call("POST", DEFINITIONS, "application/json", GATES);
        api.call(
                "PATCH",
                DEFINITIONS + "/gates.example.com/status",
                "application/merge-patch+json",
                ESTABLISHED);
        String sent =
                """
                {"apiVersion": "example.com/v1", "kind": "Gate", "metadata": {"name": "one"},
                 "status": {"phase": "Open"}}
                """;
        Struct made =
                api.call("POST", "/apis/example.com/v1/gates", "application/json", sent)
                        .answer()
                        .orElseThrow()
                        .get();
        assertEquals("Waiting", made.text("status", "phase"));
    }
}
