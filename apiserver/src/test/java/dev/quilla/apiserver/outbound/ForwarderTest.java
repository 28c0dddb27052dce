package dev.quilla.apiserver.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.transcript.TlsServers;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.RawRequest;
import dev.quilla.client.http.RequestContent;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.client.http.UpgradedConnection;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpHandler;
import dev.quilla.http.HttpServer;
import dev.quilla.http.Limits;
import dev.quilla.http.Upgraded;
import dev.quilla.store.InMemoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client, a server in front, and one behind it: all real, over TLS. */
@Timeout(60)
class ForwarderTest {

    @TempDir Path directory;

    private final TlsServers servers = new TlsServers();
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final TlsMaterial tls = servers.tls();
    private final ObjectStore objects = new ObjectStore(new InMemoryStore());
    private final OutboundClient outbound =
            new OutboundClient(new ServiceEndpoints(objects), new Kubelets(objects, () -> tls));
    private HttpServer behind;
    private HttpServer front;
    private HttpsTransport client;

    @BeforeEach
    void start() throws IOException {
        behind = server("behind", this::answer);
        Backend backend =
                new Backend(
                        List.of(Backend.Server.at(TlsServers.uri(behind))), "the-back:443", tls);
        Forwarder forwarder = new Forwarder(outbound);
        front = server("front", exchange -> forwarder.forward(exchange, backend, onward(exchange)));
        client = new HttpsTransport(HttpsOptions.of(List.of(TlsServers.uri(front)), tls));
    }

    private static Onward onward(HttpExchange exchange) {
        Headers headers =
                new Headers(Map.of("X-Remote-Group", List.of("a", "b")))
                        .with("Connection", String.join(",", exchange.headers().all("Connection")))
                        .with("Upgrade", String.join(",", exchange.headers().all("Upgrade")))
                        .with("X-Of-This-Hop", "1");
        return Onward.whole(exchange, headers, Duration.ofSeconds(50));
    }

    @AfterEach
    void stop() {
        go.countDown();
        client.close();
        front.close();
        behind.close();
        outbound.close();
    }

    private HttpServer server(String name, HttpHandler handler) throws IOException {
        return servers.start(directory, name, List.of(), handler);
    }

    private void answer(HttpExchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/echo" ->
                    exchange.respond(
                            418,
                            Headers.of("Content-Type", "text/plain"),
                            (exchange.method()
                                            + exchange.target()
                                            + exchange.headers().all("X-Remote-Group")
                                            + exchange.headers().all("Host")
                                            + new String(exchange.body(), StandardCharsets.UTF_8))
                                    .getBytes(StandardCharsets.UTF_8));
            case "/broken" -> {
                // Returns without closing: the answer is broken off.
                OutputStream out = exchange.stream(200, Headers.NONE);
                out.write("part".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            case "/never" -> never(exchange);
            case "/count" -> count(exchange);
            case "/repeat" -> {
                OutputStream out = exchange.stream(200, Headers.NONE);
                exchange.bodyStream().transferTo(out);
                out.close();
            }
            case "/no" ->
                    exchange.respond(413, Headers.NONE, "no".getBytes(StandardCharsets.UTF_8));
            case "/watch" -> {
                try (OutputStream out = exchange.stream(200, Headers.NONE)) {
                    out.write("first\n".getBytes(StandardCharsets.UTF_8));
                    await();
                    out.write("second\n".getBytes(StandardCharsets.UTF_8));
                }
            }
            default -> {
                try (Upgraded upgraded =
                        exchange.upgrade(
                                Headers.of("Connection", "Upgrade").with("Upgrade", "shout"))) {
                    byte[] said = upgraded.input().readNBytes(5);
                    upgraded.output()
                            .write(
                                    new String(said, StandardCharsets.UTF_8)
                                            .toUpperCase(java.util.Locale.ROOT)
                                            .getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private void count(HttpExchange exchange) throws IOException {
        asked.countDown();
        try {
            long count = exchange.bodyStream().transferTo(OutputStream.nullOutputStream());
            exchange.respond(
                    200, Headers.NONE, Long.toString(count).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            left.countDown();
            throw e;
        }
    }

    private void never(HttpExchange exchange) {
        exchange.onCancel(left::countDown);
        asked.countDown();
        await();
    }

    private void await() {
        await(go);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(50, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void passesOnWhatIsAskedAndAnswered() {
        var response =
                client.call(
                        ApiRequest.of("POST", "/echo")
                                .withQuery("x", "y z")
                                .withBody(
                                        Body.of(
                                                "hello".getBytes(StandardCharsets.UTF_8),
                                                "text/plain")));
        assertEquals(418, response.code());
        assertEquals(
                "POST/echo?x=y%20z[a, b][the-back:443]hello", response.body().encoded().toUtf8());
    }

    @Test
    void whatComesBitByBitIsPassedOnSo() throws IOException {
        try (StreamedResponse response = client.open(ApiRequest.get("/watch"))) {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            assertEquals("first", lines.readLine());
            go.countDown();
            assertEquals("second", lines.readLine());
        }
    }

    @Test
    void aBodyIsPassedOnHoweverLongItIs() throws IOException {
        long length = 3L * Limits.USUAL.bodyBytesMax() + 1;
        assertEquals(length + "", sent("/count", new Zeros(length), OptionalLong.of(length)));
        assertEquals(length + "", sent("/count", new Zeros(length), OptionalLong.empty()));
        assertEquals("0", sent("/count", new Zeros(0), OptionalLong.empty()));
    }

    @Test
    void aBodyIsPassedOnWhileItComes() throws IOException {
        PipedOutputStream said = new PipedOutputStream();
        try (StreamedResponse response =
                client.forward(post("/repeat", new PipedInputStream(said), OptionalLong.empty()))) {
            try (said) {
                for (String word : List.of("one", "two", "six")) {
                    said.write(word.getBytes(StandardCharsets.UTF_8));
                    said.flush();
                    assertEquals(
                            word,
                            new String(response.body().readNBytes(3), StandardCharsets.UTF_8));
                }
            }
            assertEquals(-1, response.body().read());
        }
    }

    @Test
    void anAnswerMayComeBeforeTheBodyIsThrough() throws IOException {
        try (PipedOutputStream said = new PipedOutputStream();
                StreamedResponse response =
                        client.forward(
                                post("/no", new PipedInputStream(said), OptionalLong.of(1000)))) {
            assertEquals(413, response.code());
            assertEquals("no", new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void aBodyThatBreaksOffIsNotTakenForAWholeOne() throws InterruptedException {
        InputStream broken =
                new SequenceInputStream(
                        new Zeros(10),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                await(asked);
                                throw new IOException("broken");
                            }
                        });
        for (OptionalLong length : List.of(OptionalLong.empty(), OptionalLong.of(100))) {
            UncheckedIOException e =
                    assertThrows(UncheckedIOException.class, () -> sent("/count", broken, length));
            assertEquals("broken", e.getCause().getMessage());
        }
        assertTrue(left.await(30, TimeUnit.SECONDS), "the server behind learns of it");
    }

    private String sent(String path, InputStream body, OptionalLong length) throws IOException {
        try (StreamedResponse response = client.forward(post(path, body, length))) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static RawRequest post(String path, InputStream body, OptionalLong length) {
        return new RawRequest(
                "POST",
                path,
                Map.of(),
                new RequestContent.Streamed(body, length),
                Duration.ofSeconds(50));
    }

    /** So many zeros. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int count = (int) Math.min(length, left);
            left -= count;
            return count == 0 ? -1 : count;
        }
    }

    @Test
    void joinsConnectionsThatSpeakAnotherProtocol() throws IOException {
        try (UpgradedConnection connection =
                client.upgrade(ApiRequest.get("/talk"), Map.of("Upgrade", "shout"))) {
            connection.out().write("hello".getBytes(StandardCharsets.UTF_8));
            connection.out().flush();
            assertEquals(
                    "HELLO", new String(connection.in().readNBytes(5), StandardCharsets.UTF_8));
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForAWholeOne() throws IOException {
        try (StreamedResponse response = client.open(ApiRequest.get("/broken"))) {
            assertThrows(IOException.class, () -> response.body().readAllBytes());
        }
    }

    @Test
    void aClientThatLeavesIsNotWaitedForAnyMore() throws InterruptedException {
        Thread impatient =
                Thread.startVirtualThread(() ->
                        assertThrows(
                                TransportException.class,
                                () -> client.open(ApiRequest.get("/never"))));
        assertTrue(asked.await(30, TimeUnit.SECONDS));
        impatient.interrupt();
        impatient.join();
        assertTrue(left.await(30, TimeUnit.SECONDS), "the server behind is left too");
    }
}
