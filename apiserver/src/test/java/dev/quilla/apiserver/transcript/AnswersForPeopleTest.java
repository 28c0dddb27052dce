package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.http.ApiServer;
import dev.quilla.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks with what people use, or wants it so, gets JSON in lines, as of Kubernetes. */
class AnswersForPeopleTest {

    private static final String NAMESPACE = "/api/v1/namespaces/default";

    private final TestApi api = new TestApi();
    private FlowControl flows;
    private ApiServer server;

    @BeforeEach
    void start() {
        flows = new FlowControl(api.objects(), 100, InstantSource.system(), System::nanoTime);
        flows.start();
        server = TestServers.forAdministrators(api, flows);
    }

    @AfterEach
    void stop() {
        flows.close();
    }

    private String get(String path, String agent, Map<String, List<String>> query)
            throws IOException {
        MemoryExchange exchange =
                new MemoryExchange(
                        "GET", path, query, Headers.of("User-Agent", agent), new byte[0]);
        server.handle(exchange);
        return new String(exchange.answer(), StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> pretty(String value) {
        return Map.of("pretty", List.of(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NAMESPACE,
                "/api/v1/namespaces",
                "/api/v1/namespaces/none",
                "/api/v1",
                "/apis"
            })
    void curlGetsLines(String path) throws IOException {
        String lines = get(path, "curl/8.5.0", Map.of());
        assertEquals("{\n  \"kind\": ", lines.substring(0, 12), lines);
        assertEquals(lines, get(path, "kubectl/v1.36", pretty("true")));
    }

    @Test
    void programsGetNone() throws IOException {
        String plain = get(NAMESPACE, "kubectl/v1.36", Map.of());
        assertEquals("{\"kind\":", plain.substring(0, 8), plain);
        assertEquals(plain, get(NAMESPACE, "curl/8.5.0", pretty("false")));
    }
}
