package dev.quilla.client.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server with a certificate of its own authority, that is asked in JSON and answers so. */
public final class HttpsPeer implements AutoCloseable {

    private final CertificateAuthority authority =
            CertificateAuthority.create("peers", Duration.ofDays(1), InstantSource.system());
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Map<String, @Nullable Object>> asked = new CopyOnWriteArrayList<>();

    /** What it does with a request. */
    public interface Answers {
        /** The answer as a JSON tree. */
        Map<String, ?> to(String path, Map<String, @Nullable Object> asked)
                throws IOException, InterruptedException;
    }

    /** Starts one on a free port of the loopback address, that answers as the service does. */
    public HttpsPeer(List<String> names, Answers answers) {
        try {
            server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            SSLContext context = context(names);
            server.setHttpsConfigurator(
                    new HttpsConfigurator(context) {
                        @Override
                        public void configure(HttpsParameters parameters) {
                            parameters.setSSLParameters(context.getDefaultSSLParameters());
                        }
                    });
            server.setExecutor(threads);
            server.createContext("/", exchange -> answer(exchange, answers));
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SSLContext context(List<String> names) {
        CertifiedKey key =
                authority.issue(CertificateRequest.server("peer", names, List.of("127.0.0.1")));
        return TlsContexts.of(Optional.of(key), List.of());
    }

    private void answer(HttpExchange exchange, Answers answers) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Map<String, @Nullable Object> tree =
                body.length == 0 ? Map.of() : JsonTree.parseObject(body);
        asked.add(tree);
        try (exchange) {
            byte[] answer = JsonTree.write(answers.to(exchange.getRequestURI().toString(), tree));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it was asked, in that order. */
    public List<Map<String, @Nullable Object>> asked() {
        return List.copyOf(asked);
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Its address. */
    public String url(String path) {
        return "https://127.0.0.1:" + port() + path;
    }

    /** The certificate of its authority, as configurations have it. */
    public String caBundle() {
        return Base64.getEncoder()
                .encodeToString(authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
