package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.ApiException;
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
                Set.of(400, 404, 413, 415, 422).contains(e.code()),
                e.code() + " " + e.status().message());
        int told = e.status().message().length();
        assertTrue(told <= target.length() + body.length() + 1_000, "told: " + told);
        assertEquals("Failure", e.status().status());
    }
}
