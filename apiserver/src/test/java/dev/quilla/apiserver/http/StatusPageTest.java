package dev.quilla.apiserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.transcript.MemoryExchange;
import dev.quilla.http.Headers;
import dev.quilla.model.ApiException;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPageTest {

    private static final Instant STARTED = Instant.parse("2030-01-02T03:04:05.678Z");
    private static final String STRUCTURED = ";as=Statusz;v=v1beta1;g=config.k8s.io";

    private Instant now = STARTED;
    private final StatusPage page = new StatusPage(() -> now);

    @ParameterizedTest
    @ValueSource(strings = {"", "*/*", "text/html, text/plain;q=0.5"})
    void peopleReadSinceWhenItRuns(String accept) throws IOException {
        now = STARTED.plusSeconds(3 * 3600 + 2 * 60 + 1);
        MemoryExchange answered = ask(accept);
        String text = new String(answered.answer(), UTF_8);
        assertTrue(text.contains("Started: Wed Jan 02 03:04:05 UTC 2030\n"), text);
        assertTrue(text.contains("Up: 3 hr 02 min 01 sec\n"), text);
        assertEquals(
                "text/plain; charset=utf-8",
                answered.answeredHeaders().first("Content-Type").orElseThrow());
    }

    @Test
    void machinesAskForItByItsKind() throws IOException {
        now = STARTED.plusSeconds(7);
        MemoryExchange answered = ask("application/json" + STRUCTURED);
        Map<String, @Nullable Object> tree = JsonTree.parseObject(answered.answer());
        assertEquals("config.k8s.io/v1beta1", tree.get("apiVersion"));
        assertEquals("2030-01-02T03:04:05Z", tree.get("startTime"));
        assertEquals(7L, ((Number) tree.get("uptimeSeconds")).longValue());
        assertEquals(
                "application/json;g=config.k8s.io;v=v1beta1;as=Statusz",
                answered.answeredHeaders().first("Content-Type").orElseThrow());
        String yaml = new String(ask("application/yaml" + STRUCTURED).answer(), UTF_8);
        assertTrue(yaml.contains("kind: Statusz\n"), yaml);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/html",
                "application/json;as=Statusz;v=v1;g=config.k8s.io",
                "application/vnd.kubernetes.protobuf" + STRUCTURED
            })
    void otherFormsThereAreNot(String accept) {
        assertEquals(406, assertThrows(ApiException.class, () -> ask(accept)).code());
    }

    private MemoryExchange ask(String accept) throws IOException {
        MemoryExchange exchange =
                new MemoryExchange("GET", "/statusz", Map.of(), Headers.NONE, new byte[0]);
        page.answer(exchange, accept);
        return exchange;
    }
}
