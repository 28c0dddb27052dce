package dev.quilla.client.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The JDK's HTTPS server with certificates of a test authority. */
final class TestServer implements AutoCloseable {

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TestServer(CertificateAuthority authority, HttpHandler handler) throws Exception {
        this(authority, handler, 0);
    }

    TestServer(CertificateAuthority authority, HttpHandler handler, int port) throws Exception {
        server =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        SSLContext context = context(authority);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters tls = context.getDefaultSSLParameters();
                        tls.setWantClientAuth(true);
                        parameters.setSSLParameters(tls);
                    }
                });
        server.setExecutor(threads);
        server.createContext("/", handler);
        server.start();
    }

    static SSLContext context(CertificateAuthority authority) {
        CertifiedKey key =
                authority.issue(
                        CertificateRequest.server(
                                "test", List.of("localhost"), List.of("127.0.0.1")));
        return TlsContexts.of(Optional.of(key), List.of(authority.certificate()));
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + port());
    }

    static void answer(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
