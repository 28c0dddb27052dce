package dev.quilla.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.Subject;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsTransportTest {

    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("ca", Duration.ofDays(1), InstantSource.system());
    private static final CertifiedKey CLIENT =
            AUTHORITY.issue(CertificateRequest.client("somebody", List.of("group")));
    private static final TlsMaterial TLS =
            TlsMaterial.mutual(List.of(AUTHORITY.certificate()), CLIENT);

    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir Path directory;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private TestServer server(HttpHandler handler) throws Exception {
        TestServer server = new TestServer(AUTHORITY, handler);
        open.add(server);
        return server;
    }

    private HttpsTransport transport(URI... servers) {
        HttpsTransport transport = new HttpsTransport(HttpsOptions.of(List.of(servers), TLS));
        open.add(transport);
        return transport;
    }

    private static URI nobody() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return URI.create("https://127.0.0.1:" + socket.getLocalPort());
        }
    }

    @Test
    void provesWhoItIsAndEncodesWhatItAsks() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        TestServer server =
                server(e -> {
                    X509Certificate client =
                            (X509Certificate)
                                    ((HttpsExchange) e).getSSLSession().getPeerCertificates()[0];
                    String body =
                            new String(e.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    seen.set(
                            Subject.of(client).commonName()
                                    + " "
                                    + e.getRequestMethod()
                                    + " "
                                    + e.getRequestURI().toASCIIString()
                                    + " "
                                    + body);
                    e.getResponseHeaders().add("Warning", "299 - \"old \\\"thing\\\"\"");
                    TestServer.answer(e, 201, "{}");
                });
        ApiResponse response =
                transport(server.uri())
                        .call(
                                ApiRequest.of("POST", "/apis/x/system:node é")
                                        .withQuery("labelSelector", "a in (b,c)")
                                        .withBody(
                                                Body.of(
                                                        "{\"a\":1}"
                                                                .getBytes(StandardCharsets.UTF_8),
                                                        "application/json")));
        assertEquals(
                "somebody POST /apis/x/system:node%20%C3%A9?labelSelector=a%20in%20%28b%2Cc%29"
                        + " {\"a\":1}",
                seen.get());
        assertEquals(201, response.code());
        assertEquals(List.of("old \"thing\""), response.warnings());
    }

    @Test
    void keepsTheConnection() throws Exception {
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        TestServer server =
                server(e -> {
                    ports.add(e.getRemoteAddress().getPort());
                    TestServer.answer(e, 200, "x".repeat(50_000));
                });
        HttpsTransport transport = transport(server.uri());
        for (int i = 0; i < 20; i++) {
            assertEquals(50_000, transport.call(ApiRequest.get("/a")).body().encoded().length());
        }
        assertEquals(1, ports.size());
    }

    @Test
    void throwsWhatTheServerSays() throws Exception {
        TestServer server =
                server(e ->
                        TestServer.answer(
                                e,
                                404,
                                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":"
                                        + "\"Failure\",\"message\":\"pods \\\"x\\\" not"
                                        + " found\",\"reason\":\"NotFound\",\"code\":404}"));
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () -> transport(server.uri()).watch(ApiRequest.get("/x")));
        assertEquals("NotFound", e.reason());
        assertEquals("pods \"x\" not found", e.getMessage());
    }

    @Test
    void goesOnToTheNextServer() throws Exception {
        TestServer server = server(e -> TestServer.answer(e, 200, "{}"));
        HttpsTransport transport = transport(nobody(), nobody(), server.uri());
        assertEquals(200, transport.call(ApiRequest.get("/x")).code());
        assertEquals(server.uri(), transport.server(), "stays with the one that works");
        HttpsTransport other = transport(nobody(), server.uri());
        assertEquals(
                200,
                other.call(ApiRequest.of("POST", "/x")).code(),
                "not sent yet, so a write can go on too");
    }

    @Test
    void survivesAServerThatDiesAndComesBack() throws Exception {
        TestServer first = new TestServer(AUTHORITY, e -> TestServer.answer(e, 200, "1"));
        TestServer second = server(e -> TestServer.answer(e, 200, "2"));
        HttpsTransport transport = transport(first.uri(), second.uri());
        assertEquals("1", text(transport.call(ApiRequest.get("/x"))));
        first.close();
        assertEquals("2", text(transport.call(ApiRequest.get("/x"))));
    }

    private static String text(ApiResponse response) {
        return response.body().encoded().toUtf8();
    }

    @Test
    void readsAskAnotherServerWhenOneIsNotReady() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        TestServer sick =
                server(e -> {
                    if (e.getRequestMethod().equals("POST")) {
                        writes.incrementAndGet();
                    }
                    TestServer.answer(e, 503, "");
                });
        TestServer well = server(e -> TestServer.answer(e, 200, "{}"));
        HttpsTransport transport = transport(sick.uri(), well.uri());
        assertEquals(503, transport.call(ApiRequest.of("POST", "/x")).code());
        assertEquals(1, writes.get());
        assertEquals(200, transport.call(ApiRequest.get("/x")).code());
    }

    @Test
    void neverSendsAWriteTwice() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        TestServer dying =
                server(e -> {
                    writes.incrementAndGet();
                    throw new IllegalStateException("as asked for");
                });
        TestServer well = server(e -> TestServer.answer(e, 200, "{}"));
        HttpsTransport transport = transport(dying.uri(), well.uri());
        TransportException e =
                assertThrows(
                        TransportException.class,
                        () -> transport.call(ApiRequest.of("POST", "/x")));
        assertTrue(e.sent());
        assertEquals(1, writes.get());
        TransportException unreachable =
                assertThrows(
                        TransportException.class,
                        () -> transport(nobody()).call(ApiRequest.of("POST", "/x")));
        assertFalse(unreachable.sent());
    }

    @Test
    void givesUpOnAServerThatIsSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            HttpsTransport transport =
                    new HttpsTransport(
                            HttpsOptions.of(
                                            List.of(
                                                    URI.create(
                                                            "http://127.0.0.1:"
                                                                    + silent.getLocalPort())),
                                            TLS)
                                    .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(50)));
            open.add(transport);
            TransportException e =
                    assertThrows(
                            TransportException.class,
                            () -> transport.call(ApiRequest.of("PUT", "/x")));
            assertTrue(e.getMessage().endsWith("no answer in time"), e.getMessage());
        }
    }

    @Test
    void trustsOnlyItsAuthority() throws Exception {
        CertificateAuthority other =
                CertificateAuthority.create("other", Duration.ofDays(1), InstantSource.system());
        TestServer server = server(e -> TestServer.answer(e, 200, "{}"));
        HttpsTransport wary =
                new HttpsTransport(
                        HttpsOptions.of(
                                List.of(server.uri()),
                                TlsMaterial.trusting(List.of(other.certificate()))));
        open.add(wary);
        TransportException e =
                assertThrows(TransportException.class, () -> wary.call(ApiRequest.get("/x")));
        assertFalse(e.sent());
        HttpsTransport wrongName =
                new HttpsTransport(
                        HttpsOptions.of(
                                List.of(server.uri()), TLS.withServerName("elsewhere.example")));
        open.add(wrongName);
        assertThrows(TransportException.class, () -> wrongName.call(ApiRequest.get("/x")));
        HttpsTransport careless =
                new HttpsTransport(
                        HttpsOptions.of(
                                List.of(server.uri()),
                                new TlsMaterial(List.of(), java.util.Optional.empty(), true, "")));
        open.add(careless);
        assertEquals(200, careless.call(ApiRequest.get("/x")).code());
    }

    @Test
    void readsATokenAgainWhenItsFileIsReplaced() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        TestServer server =
                server(e -> {
                    seen.set(e.getRequestHeaders().getFirst("Authorization"));
                    TestServer.answer(e, 200, "{}");
                });
        Path file = directory.resolve("token");
        Files.writeString(file, "one\n");
        HttpsTransport transport =
                new HttpsTransport(
                        HttpsOptions.of(List.of(server.uri()), TLS)
                                .withBearerToken(FileCredentials.token(file)));
        open.add(transport);
        transport.call(ApiRequest.get("/x"));
        assertEquals("Bearer one", seen.get());
        Files.writeString(file, "two\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        transport.call(ApiRequest.get("/x"));
        assertEquals("Bearer two", seen.get());
        Files.delete(file);
        transport.call(ApiRequest.get("/x"));
        assertEquals("Bearer two", seen.get(), "keeps the last one known");
    }

    @Test
    void refusesBodiesWithoutEnd() throws Exception {
        TestServer server =
                server(e -> {
                    e.sendResponseHeaders(200, 0);
                    e.getResponseBody().write(new byte[100_000]);
                    e.close();
                });
        HttpsTransport transport =
                new HttpsTransport(
                        new HttpsOptions(
                                List.of(server.uri()),
                                () -> TLS,
                                () -> "",
                                "test",
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5),
                                99_999));
        open.add(transport);
        assertThrows(TransportException.class, () -> transport.call(ApiRequest.get("/x")));
    }
}
