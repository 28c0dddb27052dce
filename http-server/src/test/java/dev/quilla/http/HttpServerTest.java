package dev.quilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is the same in HTTP/1.1 and HTTP/2. */
@Timeout(30)
final class HttpServerTest {

    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource
    void answersWithWhatItWasAsked(HttpClient.Version version) throws Exception {
        HttpHandler echo =
                e -> {
                    String text =
                            "%s %s %s %s %s"
                                    .formatted(
                                            e.method(),
                                            e.path(),
                                            e.query(),
                                            new String(e.body(), UTF_8),
                                            e.http2());
                    e.respond(201, Headers.of("X-A", "b"), text.getBytes(UTF_8));
                };
        try (TestServer server = new TestServer(directory, echo);
                HttpClient client = server.pki.http(version)) {
            HttpRequest request =
                    HttpRequest.newBuilder(server.uri("/a%20b?x=1&x=2"))
                            .PUT(BodyPublishers.ofString("body"))
                            .build();
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                boolean http2 = version == HttpClient.Version.HTTP_2;
                assertEquals("PUT /a b {x=[1, 2]} body " + http2, answer.body());
                assertEquals(201, answer.statusCode());
                assertEquals("b", answer.headers().firstValue("x-a").orElseThrow());
                assertEquals(version, answer.version());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesLargeBodiesBothWays(HttpClient.Version version) throws Exception {
        byte[] large = new byte[5 << 20];
        new java.util.Random(1).nextBytes(large);
        HttpHandler echo = e -> e.respond(200, Headers.NONE, e.readBody(6 << 20));
        try (TestServer server = new TestServer(directory, echo);
                HttpClient client = server.pki.http(version)) {
            HttpRequest request =
                    HttpRequest.newBuilder(server.uri("/"))
                            .POST(BodyPublishers.ofByteArray(large))
                            .build();
            assertArrayEquals(large, client.send(request, BodyHandlers.ofByteArray()).body());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesTooLargeBodiesWith413(HttpClient.Version version) throws Exception {
        HttpHandler echo = e -> e.respond(200, Headers.NONE, e.body());
        Limits limits = Limits.USUAL.withBodyBytesMax(1000);
        try (TestServer server = new TestServer(directory, limits, echo);
                HttpClient client = server.pki.http(version)) {
            HttpRequest known =
                    HttpRequest.newBuilder(server.uri("/"))
                            .POST(BodyPublishers.ofByteArray(new byte[100_000]))
                            .build();
            assertEquals(413, client.send(known, BodyHandlers.ofString()).statusCode());
            HttpRequest unknown =
                    HttpRequest.newBuilder(server.uri("/"))
                            .POST(
                                    BodyPublishers.ofInputStream(() ->
                                            new java.io.ByteArrayInputStream(new byte[100_000])))
                            .build();
            assertEquals(413, client.send(unknown, BodyHandlers.ofString()).statusCode());
            HttpRequest fitting =
                    HttpRequest.newBuilder(server.uri("/"))
                            .POST(BodyPublishers.ofByteArray(new byte[1000]))
                            .build();
            assertEquals(1000, client.send(fitting, BodyHandlers.ofByteArray()).body().length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsStreamsAtOnce(HttpClient.Version version) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        HttpHandler events =
                e -> {
                    try (OutputStream out = e.stream(200, Headers.NONE)) {
                        out.write("first".getBytes(UTF_8));
                        read.await();
                        out.write("second".getBytes(UTF_8));
                    }
                };
        try (TestServer server = new TestServer(directory, events);
                HttpClient client = server.pki.http(version)) {
            InputStream in =
                    client.send(
                                    HttpRequest.newBuilder(server.uri("/")).build(),
                                    BodyHandlers.ofInputStream())
                            .body();
            assertEquals("first", new String(in.readNBytes(5), UTF_8));
            read.countDown();
            assertEquals("second", new String(in.readAllBytes(), UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsPiecesTogether(HttpClient.Version version) throws Exception {
        List<byte[]> pieces = Collections.nCopies(40, "piece ".getBytes(UTF_8));
        HttpHandler many =
                e -> {
                    try (AnswerStream out = e.stream(200, Headers.NONE)) {
                        out.send(pieces);
                        out.send(List.of());
                        out.send(List.of("end".getBytes(UTF_8)));
                    }
                };
        try (TestServer server = new TestServer(directory, many);
                HttpClient client = server.pki.http(version)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            assertEquals(
                    "piece ".repeat(40) + "end",
                    client.send(request, BodyHandlers.ofString()).body());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamWaitsForItsReaderAndEndsWithIt(HttpClient.Version version) throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        HttpHandler endless =
                e -> {
                    e.onCancel(cancelled::countDown);
                    try (OutputStream out = e.stream(200, Headers.NONE)) {
                        byte[] block = new byte[8192];
                        while (true) {
                            out.write(block);
                            written.addAndGet(block.length);
                        }
                    } catch (IOException broken) {
                        failed.countDown();
                        throw broken;
                    }
                };
        try (TestServer server = new TestServer(directory, endless);
                HttpClient client = server.pki.http(version)) {
            InputStream in =
                    client.send(
                                    HttpRequest.newBuilder(server.uri("/")).build(),
                                    BodyHandlers.ofInputStream())
                            .body();
            assertEquals(100, in.readNBytes(100).length);
            long before = -1;
            while (before != written.get()) {
                before = written.get();
                assertTrue(before < 64 << 20, "the writer runs ahead without a bound");
                TimeUnit.MILLISECONDS.sleep(200);
            }
            in.close();
            cancelled.await();
            failed.await();
        }
    }

    @Test
    void thousandsOfStreamsShareAConnection() throws Exception {
        int count = 2_000;
        Set<SocketAddress> clients = ConcurrentHashMap.newKeySet();
        CountDownLatch over = new CountDownLatch(1);
        HttpHandler watch =
                e -> {
                    clients.add(e.remote());
                    try (OutputStream out = e.stream(200, Headers.NONE)) {
                        out.write(e.path().getBytes(UTF_8));
                        if (!e.path().equals("/first")) {
                            over.await();
                        }
                        out.write('.');
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                };
        try (TestServer server = new TestServer(directory, watch);
                HttpClient client = server.pki.http(HttpClient.Version.HTTP_2)) {
            HttpRequest first = HttpRequest.newBuilder(server.uri("/first")).build();
            assertEquals("/first.", client.send(first, BodyHandlers.ofString()).body());
            List<CompletableFuture<HttpResponse<InputStream>>> begun = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                HttpRequest request = HttpRequest.newBuilder(server.uri("/" + i)).build();
                begun.add(client.sendAsync(request, BodyHandlers.ofInputStream()));
            }
            List<InputStream> open = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                InputStream in = begun.get(i).get(30, TimeUnit.SECONDS).body();
                byte[] name = ("/" + i).getBytes(UTF_8);
                assertArrayEquals(name, in.readNBytes(name.length));
                open.add(in);
            }
            over.countDown();
            for (InputStream in : open) {
                assertEquals(".", new String(in.readAllBytes(), UTF_8));
            }
            assertEquals(1, clients.size(), "connections");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenOffStreamIsNotTakenForACompleteOne(HttpClient.Version version) throws Exception {
        HttpHandler broken =
                e -> {
                    OutputStream out = e.stream(200, Headers.NONE);
                    out.write(new byte[10]);
                    throw new IllegalStateException("on purpose");
                };
        try (TestServer server = new TestServer(directory, broken);
                HttpClient client = server.pki.http(version)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            assertThrows(IOException.class, () -> client.send(request, BodyHandlers.ofByteArray()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailingHandlerIsAnswered500(HttpClient.Version version) throws Exception {
        HttpHandler failing =
                e -> {
                    throw new IllegalStateException("on purpose");
                };
        try (TestServer server = new TestServer(directory, failing);
                HttpClient client = server.pki.http(version)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            assertEquals(500, client.send(request, BodyHandlers.ofString()).statusCode());
        }
    }

    @ParameterizedTest
    @EnumSource
    void headHasALengthButNoBody(HttpClient.Version version) throws Exception {
        HttpHandler hello =
                e -> {
                    if (e.path().equals("/stream")) {
                        try (OutputStream out = e.stream(200, Headers.NONE)) {
                            out.write(new byte[10]);
                        }
                    } else {
                        e.respond(200, Headers.NONE, "hello".getBytes(UTF_8));
                    }
                };
        try (TestServer server = new TestServer(directory, hello);
                HttpClient client = server.pki.http(version)) {
            for (String path : new String[] {"/stream", "/", "/stream", "/"}) {
                HttpRequest request = HttpRequest.newBuilder(server.uri(path)).HEAD().build();
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                assertEquals(200, answer.statusCode());
                assertEquals("", answer.body());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void knowsTheClientByItsCertificate(HttpClient.Version version) throws Exception {
        HttpHandler who =
                e -> {
                    String name =
                            e.clientCertificate()
                                    .map(c -> c.getSubjectX500Principal().getName())
                                    .orElse("nobody");
                    e.respond(200, Headers.NONE, name.getBytes(UTF_8));
                };
        try (TestServer server = new TestServer(directory, who)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            try (HttpClient anonymous = server.pki.http(version);
                    HttpClient known =
                            HttpClient.newBuilder()
                                    .version(version)
                                    .sslContext(server.pki.client("ada"))
                                    .build()) {
                assertEquals("nobody", anonymous.send(request, BodyHandlers.ofString()).body());
                assertEquals("CN=ada", known.send(request, BodyHandlers.ofString()).body());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesMoreRequestsThanItHasPlacesFor(HttpClient.Version version) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HttpHandler slow =
                e -> {
                    asked.countDown();
                    go.await();
                    e.respond(200, Headers.NONE, new byte[0]);
                };
        Limits limits = Limits.USUAL.withRequestsMax(1);
        try (TestServer server = new TestServer(directory, limits, slow);
                HttpClient client = server.pki.http(version)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            var first = client.sendAsync(request, BodyHandlers.ofString());
            asked.await();
            assertEquals(503, client.send(request, BodyHandlers.ofString()).statusCode());
            go.countDown();
            assertEquals(200, first.get().statusCode());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsWhatWaits(HttpClient.Version version) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        HttpHandler watch =
                e -> {
                    e.onCancel(stopped::countDown);
                    try (OutputStream out = e.stream(200, Headers.NONE)) {
                        out.write(1);
                        asked.countDown();
                        stopped.await();
                    }
                };
        TestServer server = new TestServer(directory, watch);
        try (server;
                HttpClient client = server.pki.http(version)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            var answer = client.sendAsync(request, BodyHandlers.ofByteArray());
            asked.await();
            server.close();
            assertEquals(1, answer.get().body().length);
        }
    }

    /** What a client sends at that moment must not make the system take back what it has got. */
    @RepeatedTest(10)
    void closingLosesNoAnswer() throws Exception {
        closingEndsWhatWaits(HttpClient.Version.HTTP_2);
    }
}
