package dev.quilla.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.Eventually;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.pki.CertificateAuthority;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpStreamsTest {

    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("ca", Duration.ofDays(1), InstantSource.system());
    private static final String POD =
            "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"a\",\"resourceVersion\":\"%d\"}}";

    /** What the server sends, piece by piece; "end" ends the answer. */
    private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();

    private TestServer server;
    private HttpsTransport transport;

    @BeforeEach
    void start() throws Exception {
        server =
                new TestServer(
                        AUTHORITY,
                        e -> {
                            if (String.valueOf(e.getRequestURI().getQuery()).contains("limit=")) {
                                TestServer.answer(
                                        e,
                                        200,
                                        "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":["
                                                + POD.formatted("one", 3)
                                                + "]}");
                                return;
                            }
                            e.sendResponseHeaders(200, 0);
                            try (OutputStream out = e.getResponseBody()) {
                                out.flush();
                                for (String p = pieces.take();
                                        !p.equals("end");
                                        p = pieces.take()) {
                                    out.write(p.getBytes(StandardCharsets.UTF_8));
                                    out.flush();
                                }
                            } catch (InterruptedException stop) {
                                e.close();
                            }
                        });
        transport = transport(server.uri());
    }

    private static HttpsTransport transport(URI uri) {
        return new HttpsTransport(
                HttpsOptions.of(
                        List.of(uri), TlsMaterial.trusting(List.of(AUTHORITY.certificate()))));
    }

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    private static Optional<WatchEvent> next(WatchStream watch) {
        return watch.next(Duration.ofSeconds(10));
    }

    @Test
    void readsEventsHoweverTheyAreCut() {
        try (WatchStream watch = transport.watch(ApiRequest.get("/pods"))) {
            assertEquals(Optional.empty(), watch.next(Duration.ofMillis(20)));
            String event = "{\"type\":\"ADDED\",\"object\":" + POD.formatted("é", 7) + "}\n";
            pieces.add(event.substring(0, 30));
            assertEquals(Optional.empty(), watch.next(Duration.ofMillis(50)));
            pieces.add(event.substring(30) + "\n{\"object\":{\"metadata\":");
            assertEquals("é", new Pod(next(watch).orElseThrow().struct(Pod.definition())).name());
            pieces.add("{\"resourceVersion\":\"9\"}}, \"type\":\"BOOKMARK\"}\n");
            WatchEvent bookmark = next(watch).orElseThrow();
            assertEquals(WatchEvent.Type.BOOKMARK, bookmark.type());
            assertEquals("9", new Pod(bookmark.struct(Pod.definition())).resourceVersion());
            pieces.add("end");
            assertThrows(WatchEndedException.class, () -> next(watch));
        }
    }

    @Test
    void throwsTheErrorThatTheServerSends() {
        try (WatchStream watch = transport.watch(ApiRequest.get("/pods"))) {
            pieces.add(
                    "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                            + "\"reason\":\"Expired\",\"message\":\"too old\"}}\n");
            ApiException e = assertThrows(ApiException.class, () -> next(watch));
            assertEquals(410, e.code());
            pieces.add("end");
        }
    }

    @Test
    void closingWakesTheReader() throws Exception {
        WatchStream watch = transport.watch(ApiRequest.get("/pods"));
        Thread reader =
                Thread.ofVirtual()
                        .start(() -> assertThrows(WatchEndedException.class, () -> next(watch)));
        watch.close();
        reader.join();
        WatchStream other = transport.watch(ApiRequest.get("/pods"));
        transport.close();
        assertThrows(WatchEndedException.class, () -> next(other));
        pieces.add("end");
        pieces.add("end");
    }

    @Test
    void feedsAnInformer() throws Exception {
        try (Informers informers = new Informers(new ApiClient(transport))) {
            Informer<Pod> informer = informers.of(Resources.PODS);
            informers.start();
            assertTrue(informer.awaitSynced(Duration.ofSeconds(10)));
            pieces.add("{\"type\":\"ADDED\",\"object\":" + POD.formatted("two", 6) + "}\n");
            Eventually.eventually("two", () -> informer.get(new ObjectKey("a", "two")).isPresent());
            pieces.add("end");
            pieces.add("{\"type\":\"DELETED\",\"object\":" + POD.formatted("one", 8) + "}\n");
            Eventually.eventually("gone", () -> informer.get(new ObjectKey("a", "one")).isEmpty());
        }
        pieces.add("end");
    }

    @Test
    void followsALog() throws Exception {
        try (StreamedResponse response = transport.open(ApiRequest.get("/log"))) {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            pieces.add("first\nsec");
            assertEquals("first", lines.readLine());
            pieces.add("ond\n");
            assertEquals("second", lines.readLine());
            pieces.add("end");
            assertEquals(null, lines.readLine());
        }
    }

    @Test
    void switchesProtocols() throws Exception {
        try (SSLServerSocket listener =
                (SSLServerSocket)
                        TestServer.context(AUTHORITY)
                                .getServerSocketFactory()
                                .createServerSocket(0)) {
            Thread peer = Thread.ofVirtual().start(() -> echo(listener));
            try (HttpsTransport other =
                            transport(URI.create("https://localhost:" + listener.getLocalPort()));
                    UpgradedConnection connection =
                            other.upgrade(
                                    ApiRequest.of("POST", "/exec").withQuery("command", "a b"),
                                    Map.of("Upgrade", "SPDY/3.1"))) {
                assertEquals("SPDY/3.1", connection.headers().first("upgrade").orElseThrow());
                byte[] hello = connection.in().readNBytes(5);
                assertEquals("hello", new String(hello, StandardCharsets.UTF_8));
                connection.out().write("ping".getBytes(StandardCharsets.UTF_8));
                connection.out().flush();
                assertEquals(
                        "ping", new String(connection.in().readNBytes(4), StandardCharsets.UTF_8));
            }
            peer.join();
        }
    }

    private static void echo(SSLServerSocket listener) {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String head = "";
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                head += line + "\n";
            }
            assertTrue(head.contains("POST /exec?command=a%20b"), head);
            assertTrue(head.contains("Connection: Upgrade"), head);
            OutputStream out = socket.getOutputStream();
            // The first bytes of the new protocol may come with the head of the answer.
            out.write(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\n\r\nhello"
                            .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            char[] word = new char[4];
            int count = in.read(word);
            out.write(new String(word, 0, count).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void saysWhyAnUpgradeWasRefused() {
        pieces.add("{}");
        pieces.add("end");
        assertThrows(
                dev.quilla.client.TransportException.class,
                () -> transport.upgrade(ApiRequest.get("/x"), Map.of("Upgrade", "websocket")));
    }
}
