package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that no well-behaved client sends are refused, as any other mistake is. */
@Timeout(60)
class HostileBodiesTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String JSON = "application/json";
    private static final int DEEP = 200_000;

    private final TestApi api = new TestApi();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\u0000",
                "{\"metadata\": 1}",
                "{\"metadata\": {\"name\": \"a\", \"name\": \"b\"}",
                "{\"metadata\": {\"name\": 1e400}}",
                "{\"metadata\": {\"generation\": 99999999999999999999999}}",
                "{\"metadata\": {\"name\": \"\\u0000\"}}",
                "{\"metadata\": {\"name\": \"a/../b\"}}",
                "{\"metadata\": {\"name\": \"..\"}}",
                "{\"metadata\": {\"name\": \"a%2fb\"}}",
                "{\"metadata\": {\"name\": \"a\", \"creationTimestamp\": \"yesterday\"}}",
                "{\"metadata\": {\"name\": \"a\"}, \"data\": {\"k\": {\"no\": \"text\"}}}",
                "{\"metadata\": {\"name\": \"a\"}, \"data\": {\"../k\": \"v\"}}",
                "{\"metadata\": {\"name\": \"a\"}, \"binaryData\": {\"k\": \"not base64!\"}}",
            })
    void refusesWhatIsNoObject(String body) {
        refused("POST", MAPS, JSON, body);
    }

    @Test
    void refusesWhatIsTooDeep() {
        String arrays = "[".repeat(DEEP);
        refused("POST", MAPS, JSON, arrays);
        refused("POST", MAPS, JSON, "{\"data\":" + "{\"a\":".repeat(DEEP));
        refused("POST", MAPS, JSON, "{\"nobody knows\":" + arrays);
        refused("POST", MAPS, "application/yaml", "a: " + "[".repeat(DEEP));
        refused("POST", MAPS, "application/yaml", "{a: ".repeat(DEEP));
    }

    @Test
    void refusesYamlThatGrows() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            String before = "*a" + (i - 1);
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append((before + ", ").repeat(9))
                    .append(before)
                    .append("]\n");
        }
        refused("POST", MAPS, "application/yaml", bomb.toString());
        refused("POST", MAPS, "application/yaml", "a: &a {b: *a}");
        refused("POST", MAPS, "application/yaml", "a: !!java.net.URL [http://example.com]");
    }

    @Test
    void refusesPatchesThatMakeNoSense() {
        api.call("POST", MAPS, JSON, "{\"metadata\": {\"name\": \"m\"}}");
        String map = MAPS + "/m";
        refused("PATCH", map, "application/json-patch+json", "{}");
        refused(
                "PATCH",
                map,
                "application/json-patch+json",
                "[{\"op\": \"explode\", \"path\": \"/\"}]");
        refused(
                "PATCH",
                map,
                "application/json-patch+json",
                "[{\"op\": \"add\", \"path\": \"/data/99999999999999999999/x\", \"value\": 1}]");
        refused("PATCH", map, "application/json-patch+json", "[".repeat(DEEP));
        refused("PATCH", map, "application/merge-patch+json", "{\"a\":".repeat(DEEP));
        refused("PATCH", map, "application/strategic-merge-patch+json", "[]");
        refused("PATCH", map, "application/apply-patch+yaml", "- a");
        refused("PATCH", map, "text/plain", "{}");
    }

    @Test
    void refusesPatchesThatGrow() {
        api.call("POST", MAPS, JSON, "{\"metadata\": {\"name\": \"m\"}, \"data\": {\"a\": \"b\"}}");
        String map = MAPS + "/m";
        String type = "application/json-patch+json";
        // Each operation doubles what the one before has made, in size or in depth.
        String wider = "{\"op\": \"copy\", \"from\": \"/data\", \"path\": \"/data/x\"}";
        refused("PATCH", map, type, "[" + (wider + ",").repeat(60) + wider + "]");
        String deeper = "{\"op\": \"copy\", \"from\": \"\", \"path\": \"/data\"}";
        refused("PATCH", map, type, "[" + (deeper + ",").repeat(60) + deeper + "]");
        StringBuilder moves = new StringBuilder("[");
        for (int i = 0; i < 3_000; i++) {
            moves.append("{\"op\": \"add\", \"path\": \"/t\", \"value\": {}},")
                    .append("{\"op\": \"move\", \"from\": \"/data\", \"path\": \"/t/x\"},")
                    .append("{\"op\": \"move\", \"from\": \"/t\", \"path\": \"/data\"},");
        }
        refused("PATCH", map, type, moves + deeper + "]");
        refused("PATCH", map, type, moves.substring(0, moves.length() - 1) + "]");
    }

    /** In the square of their number these would take minutes. */
    @Test
    void mergesLongListsInNoTime() {
        api.call("POST", MAPS, JSON, "{\"metadata\": {\"name\": \"m\"}}");
        String map = MAPS + "/m";
        StringBuilder names = new StringBuilder();
        StringBuilder owners = new StringBuilder();
        for (int i = 0; i < 150_000; i++) {
            names.append(i == 0 ? "" : ",").append("\"a/").append(i).append('"');
            owners.append(i == 0 ? "" : ",").append("{\"uid\":\"").append(i).append("\"}");
        }
        String type = "application/strategic-merge-patch+json";
        refused(
                "PATCH",
                map,
                type,
                "{\"metadata\":{\"finalizers\":[%s],\"$setElementOrder/finalizers\":[%s]},\"x\":"
                                .formatted(names, names)
                        + "1, \"kind\": \"Y\"}");
        refused(
                "PATCH",
                map,
                type,
                "{\"metadata\":{\"ownerReferences\":[%s],\"$setElementOrder/ownerReferences\":[%s]},"
                                .formatted(owners, owners)
                        + "\"kind\": \"Y\"}");
    }

    @Test
    void bearsTextsThatAreNone() {
        refused("POST", MAPS, JSON, "{\"metadata\":{\"name\":\"\\ud800\"}}");
        api.call(
                "POST",
                MAPS,
                JSON,
                "{\"metadata\":{\"name\":\"n\",\"annotations\":{\"a\":\"\\ud800 \\udc00x\"}},"
                        + "\"data\":{\"a\":\"\\udfff\"}}");
        Struct kept = api.call("GET", MAPS + "/n", "", "").answer().orElseThrow().get();
        assertTrue(JsonCodec.encode(kept).length > 10);
    }

    @Test
    void refusesNumbersThatAreNone() {
        String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        api.call(
                "POST",
                definitions,
                "application/yaml",
                """
                metadata: {name: boats.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: boats, kind: Boat}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties:
                          a: {type: number, multipleOf: 0.3}
                          b: {type: object, x-kubernetes-preserve-unknown-fields: true}
                """);
        api.call(
                "PATCH",
                definitions + "/boats.example.com/status",
                "application/merge-patch+json",
                """
                {"status":{"acceptedNames":{"plural":"boats","singular":"boat","kind":"Boat","listKind":"BoatList"},
                 "conditions":[{"type":"Established","status":"True"}]}}
                """);
        String boats = "/apis/example.com/v1/namespaces/default/boats";
        for (String number : List.of("1e400", "1e999999999", "-1e999999999", "1e99999999999")) {
            String head =
                    "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Boat\",\"metadata\":{\"name\":\"x\"},";
            refused("POST", boats, JSON, head + "\"a\":" + number + "}");
            refused("POST", boats, JSON, head + "\"b\":{\"c\":[" + number + "]}}");
            refused("POST", boats, "application/yaml", head + "\"a\":" + number + "}");
        }
        refused("POST", boats, "application/vnd.kubernetes.protobuf", "k8s\0");
        String tiny =
                "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Boat\",\"metadata\":{\"name\":\"tiny\"},\"a\":1e-999999999,\"b\":{\"c\":1e-999999999}}";
        api.call("POST", boats, JSON, tiny);
        api.call(
                "PATCH", boats + "/tiny", "application/merge-patch+json", "{\"b\":{\"c\":1e-999}}");
        refused("PATCH", boats + "/tiny", "application/merge-patch+json", "{\"a\":1e999999999}");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        String name = "n".repeat(5_000);
        refused("GET", MAPS + "/" + name, "", "");
        refused("GET", "/api/v1/namespaces/" + name + "/configmaps/a", "", "");
        refused("DELETE", MAPS + "/" + name, "", "");
        refused("PUT", MAPS + "/" + name, JSON, "{\"metadata\":{\"name\":\"%s\"}}".formatted(name));
        refused("POST", MAPS, JSON, "{\"metadata\":{\"name\":\"%s\"}}".formatted(name));
        refused("POST", MAPS, JSON, "{\"metadata\":{\"generateName\":\"%s\"}}".formatted(name));
        refused(
                "POST",
                "/api/v1/namespaces/default/pods",
                JSON,
                ("{\"metadata\":{\"name\":\"p\"},\"spec\":{\"serviceAccountName\":\"%s\",\"nodeName\":\"%s\","
                                + "\"priorityClassName\":\"%s\",\"containers\":[{\"name\":\"a\",\"image\":\"a\"}]}}")
                        .formatted(name, name, name));
    }

    @Test
    void refusesParametersThatMakeNoSense() {
        refused("GET", MAPS + "?limit=many", "", "");
        refused("GET", MAPS + "?continue=%00%ff", "", "");
        refused("GET", MAPS + "?resourceVersion=-1", "", "");
        refused("GET", MAPS + "?resourceVersion=99999999999999999999999999", "", "");
        refused("GET", MAPS + "?labelSelector=" + "(".repeat(10_000), "", "");
        refused("GET", MAPS + "?fieldSelector=%00%3D", "", "");
        refused("GET", MAPS + "?watch=true&timeoutSeconds=soon", "", "");
    }

    private void refused(String method, String target, String type, String body) {
        ApiException e =
                assertThrows(ApiException.class, () -> api.call(method, target, type, body));
        assertTrue(
                Set.of(400, 403, 404, 413, 415, 422).contains(e.code()),
                e.code() + " " + e.status().message());
        int told = e.status().message().length();
        assertTrue(told <= target.length() + body.length() + 1_000, "told: " + told);
        assertEquals("Failure", e.status().status());
    }
}
