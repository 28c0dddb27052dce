package dev.quilla.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A server on a free port with certificates of its own. */
final class TestServer implements AutoCloseable {

    private static final Duration DRAIN = Duration.ofMillis(500);

    final TestPki pki;
    private final HttpServer server;

    TestServer(Path directory, Limits limits, HttpHandler handler) throws IOException {
        this.pki = new TestPki(directory);
        this.server =
                new HttpServer(
                        HttpServerConfig.of(
                                        "test",
                                        List.of(
                                                new HttpServerConfig.Listener(
                                                        "127.0.0.1", 0, false)),
                                        pki.files())
                                .withLimits(limits.withDrain(DRAIN)),
                        handler);
        server.start();
    }

    TestServer(Path directory, HttpHandler handler) throws IOException {
        this(directory, Limits.USUAL, handler);
    }

    URI uri(String path) {
        return URI.create("https://127.0.0.1:" + server.port() + path);
    }

    URI webSocketUri(String path) {
        return URI.create("wss://127.0.0.1:" + server.port() + path);
    }

    /** A bare connection, to say what no well-behaved client says. */
    TestSocket connect() throws IOException {
        return connect("http/1.1");
    }

    /** The same, where the server expects HTTP/2. */
    TestSocket connectHttp2() throws IOException {
        return connect("h2");
    }

    private TestSocket connect(String protocol) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        pki.anonymous().getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new TestSocket(socket);
    }

    /** Closes it when it has served a client that does as it should. */
    void closeServing() throws IOException {
        try (TestSocket client = connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("200 ", client.answer());
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
