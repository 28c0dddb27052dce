package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.apiserver.transcript.MemoryExchange;
import dev.quilla.http.Headers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentSenderTest {

    private static final String PATH = "/openapi/v3/apis/apps/v1";
    private static final byte[] CONTENT = {'{', '}'};
    private static final OpenApi.Document DOCUMENT =
            new OpenApi.Document("application/json", "A1", () -> CONTENT);

    @Test
    void whatHasAHashMayBeKept() throws IOException {
        MemoryExchange answer = asked(PATH, Map.of("hash", List.of("A1")), Headers.NONE);
        assertEquals(200, answer.status());
        assertArrayEquals(CONTENT, answer.answer());
        assertEquals(
                Optional.of("public, max-age=31536000, immutable"),
                answer.answeredHeaders().first("Cache-Control"));
    }

    @Test
    void anotherHashLeadsToTheDocument() throws IOException {
        MemoryExchange answer = asked(PATH, Map.of("hash", List.of("B2")), Headers.NONE);
        assertEquals(301, answer.status());
        assertEquals(Optional.of(PATH + "?hash=A1"), answer.answeredHeaders().first("Location"));
    }

    @Test
    void whatHasNoneIsAskedForAgain() throws IOException {
        for (String path : List.of(PATH, "/openapi/v2")) {
            MemoryExchange answer = asked(path, Map.of(), Headers.NONE);
            assertEquals(200, answer.status());
            assertEquals(
                    Optional.of("no-cache, private"),
                    answer.answeredHeaders().first("Cache-Control"));
            assertEquals(Optional.of("\"A1\""), answer.answeredHeaders().first("ETag"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"A1\"", "W/\"A1\"", "*", "\"B2\", \"A1\""})
    void whoHasItIsNotSentItAgain(String tags) throws IOException {
        assertEquals(304, asked(PATH, Map.of(), Headers.of("If-None-Match", tags)).status());
    }

    @Test
    void anEmptyHashIsNone() throws IOException {
        assertEquals(200, asked(PATH, Map.of("hash", List.of("")), Headers.NONE).status());
    }

    private static MemoryExchange asked(
            String path, Map<String, List<String>> query, Headers headers) throws IOException {
        MemoryExchange exchange = new MemoryExchange("GET", path, query, headers, new byte[0]);
        DocumentSender.send(exchange, DOCUMENT);
        return exchange;
    }
}
