package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.transcript.MemoryExchange;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.apiserver.transcript.TestServers;
import dev.quilla.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is answered over HTTP beside objects, as kube-apiserver 1.36 was seen to answer it. */
class PlainPathsTest {

    private final TestApi api = new TestApi();
    private final FlowControl flows =
            new FlowControl(api.objects(), 100, InstantSource.system(), System::nanoTime);
    private final ApiServer server =
            TestServers.over(
                    api,
                    api.registry(),
                    api.resources(),
                    new Callers(
                            List.of(c ->
                                    Optional.of(
                                            Identity.known(
                                                    "admin", "", List.of(Identity.MASTERS)))),
                            (who, what) -> true,
                            path -> true),
                    flows,
                    InstantSource.system());

    @BeforeEach
    void start() {
        flows.start();
    }

    @AfterEach
    void close() {
        flows.close();
    }

    @Test
    void builtInKindsAreNotAskedByHead() throws IOException {
        assertEquals(405, ask("HEAD", "/api/v1/namespaces", Map.of()).status());
        assertEquals(405, ask("HEAD", "/api/v1/namespaces/default", Map.of()).status());
        assertEquals(404, ask("HEAD", "/api/v1/nothing", Map.of()).status());
        assertEquals(200, ask("HEAD", "/apis", Map.of()).status());
        assertEquals(200, ask("HEAD", "/openapi/v2", Map.of()).status());
    }

    @Test
    void issuersDocumentsHaveASlashAtTheEndToo() throws IOException {
        for (String path : List.of("/.well-known/openid-configuration", "/openid/v1/jwks")) {
            assertEquals(text(ask("GET", path, Map.of())), text(ask("GET", path + "/", Map.of())));
        }
    }

    @Test
    void theIndexLeadsToDocumentsThatMayBeKept() throws IOException {
        String index = text(ask("GET", "/openapi/v3", Map.of()));
        String hash = index.replaceAll("(?s).*/openapi/v3/version\\?hash=(\\w+).*", "$1");
        MemoryExchange kept = ask("GET", "/openapi/v3/version", Map.of("hash", List.of(hash)));
        assertEquals(200, kept.status());
        assertTrue(text(kept).contains("getCodeVersion"));
        MemoryExchange other = ask("GET", "/openapi/v3/version", Map.of("hash", List.of("0")));
        assertEquals(
                Optional.of("/openapi/v3/version?hash=" + hash),
                other.answeredHeaders().first("Location"));
    }

    @Test
    void oneObjectIsReadOrWatchedByItsOwnPath() throws IOException {
        Map<String, List<String>> another =
                Map.of("fieldSelector", List.of("metadata.name=another"));
        assertEquals(400, ask("GET", "/api/v1/watch/namespaces/default", another).status());
        MemoryExchange plain =
                ask("GET", "/api/v1/namespaces/default", Map.of("watch", List.of("true")));
        assertTrue(text(plain).startsWith("{\"kind\":\"Namespace\""), text(plain));
    }

    @Test
    void whatIsOfNoGroupIsNoObject() throws IOException {
        for (String path : List.of("/nope", "/livez/nope", "/apis/nope/v1", "/apis/nope/v1/x")) {
            for (String method : List.of("GET", "POST")) {
                MemoryExchange missing = ask(method, path, Map.of());
                assertEquals(404, missing.status(), path);
                assertEquals("404 page not found\n", text(missing));
            }
        }
        for (String path :
                List.of("/api/v2", "/api/v1/nopes", "/apis/apps/v2", "/apis/apps/v1/x")) {
            MemoryExchange missing = ask("GET", path, Map.of());
            assertEquals(404, missing.status(), path);
            assertTrue(text(missing).contains("\"details\":{}"), text(missing));
        }
        assertEquals(405, ask("POST", "/version", Map.of()).status());
        assertEquals(405, ask("POST", "/api/v1", Map.of()).status());
    }

    @Test
    void whoAcceptsNoErrorReadsOneInLines() throws IOException {
        MemoryExchange refused = accept("/apis", "application/json;as=Table;g=meta.k8s.io;v=v1");
        assertEquals(406, refused.status());
        assertTrue(text(refused).startsWith("{\n  \"kind\": \"Status\""), text(refused));
        MemoryExchange missing = accept("/api/v2", "application/yaml");
        assertEquals(404, missing.status());
        assertTrue(text(missing).startsWith("kind: Status\n"), text(missing));
    }

    @Test
    void documentsAreReadByAnyMethod() throws IOException {
        for (String path : List.of("/openapi/v2", "/openapi/v3", "/openapi/v3/version")) {
            assertEquals(200, ask("POST", path, Map.of()).status(), path);
        }
        MemoryExchange none = ask("GET", "/openapi/v3/apis/nope/v1", Map.of());
        assertEquals(404, none.status());
        assertEquals("", text(none));
        assertEquals(406, accept("/openapi/v3/version", "application/yaml").status());
        assertEquals(200, accept("/openapi/v3/version", "application/*").status());
    }

    @Test
    void pathsWithEmptyPartsThereAreNot() throws IOException {
        assertEquals("404 page not found\n", text(ask("GET", "//api/v1", Map.of())));
        assertTrue(text(ask("GET", "/api//v1", Map.of())).contains("\"details\":{}"));
        assertEquals(400, ask("GET", "/api/../apis", Map.of()).status());
    }

    @Test
    void aMediaTypeThatIsNoneIsRefused() throws IOException {
        for (String method : List.of("POST", "PATCH")) {
            String path = "/api/v1/namespaces" + (method.equals("POST") ? "" : "/default");
            assertEquals(415, send(method, path, ";").status());
            assertEquals(415, send(method, path, "text/plain").status());
        }
    }

    private MemoryExchange send(String method, String path, String type) throws IOException {
        MemoryExchange exchange =
                new MemoryExchange(
                        method,
                        path,
                        Map.of(),
                        Headers.of("Content-Type", type),
                        new byte[] {'{', '}'});
        server.handle(exchange);
        return exchange;
    }

    private MemoryExchange accept(String path, String accept) throws IOException {
        MemoryExchange exchange =
                new MemoryExchange(
                        "GET", path, Map.of(), Headers.of("Accept", accept), new byte[0]);
        server.handle(exchange);
        return exchange;
    }

    private MemoryExchange ask(String method, String path, Map<String, List<String>> query)
            throws IOException {
        MemoryExchange exchange =
                new MemoryExchange(method, path, query, Headers.NONE, new byte[0]);
        server.handle(exchange);
        return exchange;
    }

    private static String text(MemoryExchange exchange) {
        return new String(exchange.answer(), StandardCharsets.UTF_8);
    }
}
