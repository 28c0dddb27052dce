package dev.quilla.kubelet.streaming;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpHandler;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As much of an API as kubectl needs to get at a subresource of the pod {@code web}. */
final class PodServer implements AutoCloseable {

    private static final Map<String, String> ANSWERS =
            Map.of(
                    "/api",
                    """
                    {"kind":"APIVersions","versions":["v1"]}\
                    """,
                    "/apis",
                    """
                    {"kind":"APIGroupList","apiVersion":"v1","groups":[]}\
                    """,
                    "/api/v1",
                    """
                    {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods",\
                    "singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"]}]}\
                    """,
                    "/api/v1/namespaces/default/pods/web",
                    """
                    {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"default",\
                    "uid":"1"},"spec":{"containers":[{"name":"c","stdin":true,"tty":false}]},\
                    "status":{"phase":"Running"}}\
                    """);

    private final Path directory;
    private final HttpServer server;

    /** Serves the pod; the handler gets what is asked of its subresources. */
    PodServer(Path directory, HttpHandler subresources) throws IOException {
        this.directory = directory;
        CertificateAuthority authority =
                CertificateAuthority.create(
                        "test", CertificateRequest.YEAR, InstantSource.system());
        authority.save(directory.resolve("ca.crt"), directory.resolve("ca.key"));
        authority
                .issue(CertificateRequest.server("web", List.of("localhost"), List.of("127.0.0.1")))
                .save(directory.resolve("server.crt"), directory.resolve("server.key"));
        this.server =
                new HttpServer(
                        HttpServerConfig.of(
                                "test",
                                List.of(new HttpServerConfig.Listener("127.0.0.1", 0, false)),
                                new HttpServerConfig.Certificates(
                                        directory.resolve("server.key"),
                                        directory.resolve("server.crt"),
                                        directory.resolve("ca.crt"))),
                        exchange -> answer(exchange, subresources));
        server.start();
    }

    private static void answer(HttpExchange exchange, HttpHandler subresources) throws Exception {
        if (exchange.path().startsWith("/api/v1/namespaces/default/pods/web/")) {
            subresources.handle(exchange);
            return;
        }
        String answer = ANSWERS.getOrDefault(exchange.path(), "{}");
        exchange.respond(
                ANSWERS.containsKey(exchange.path()) ? 200 : 404,
                Headers.of("Content-Type", "application/json"),
                answer.getBytes(StandardCharsets.UTF_8));
    }

    Path authority() {
        return directory.resolve("ca.crt");
    }

    int port() {
        return server.port();
    }

    /** Starts kubectl on this server. */
    Process kubectl(Map<String, String> environment, String... args) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "kubectl",
                                "--server=https://127.0.0.1:" + port(),
                                "--certificate-authority=" + authority(),
                                "--cache-dir=" + directory.resolve("cache"),
                                "--kubeconfig=/dev/null",
                                "--token=any"));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Reads lines until one has the text; what came before is told when it never comes. */
    static String lineWith(String text, BufferedReader from) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = from.readLine(); line != null; line = from.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("no line with '" + text + "' in: " + all);
    }

    @Override
    public void close() {
        server.close();
    }
}
