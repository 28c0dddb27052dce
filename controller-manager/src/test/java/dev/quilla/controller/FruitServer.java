package dev.quilla.controller;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server of another group, over TLS: fruits, which can be read, listed, watched, and deleted one
 * by one. It is the service {@code fruits} in {@code default}. Thread-safe.
 */
public final class FruitServer implements AutoCloseable {

    private static final String ROOT = "/apis/fruit.example.com/v1";
    private static final List<String> VERBS = List.of("get", "list", "watch", "delete");

    private final CertificateAuthority authority =
            CertificateAuthority.create("fruits", Duration.ofDays(1), InstantSource.system());
    private final Map<String, Map<String, Object>> fruits = new TreeMap<>();
    private final NavigableMap<Integer, String> told = new TreeMap<>();
    private final List<String> users = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private int revision = 1;

    /** Starts on a free port, with its certificate in a directory. */
    public FruitServer(Path directory) throws IOException {
        Path key = directory.resolve("fruits.key");
        Path chain = directory.resolve("fruits.crt");
        authority
                .issue(
                        CertificateRequest.server(
                                "fruits", List.of("fruits.default.svc"), List.of("127.0.0.1")))
                .save(chain, key);
        authority.save(directory.resolve("ca.crt"), directory.resolve("ca.key"));
        server =
                new HttpServer(
                        HttpServerConfig.of(
                                "fruits",
                                List.of(new HttpServerConfig.Listener("127.0.0.1", 0, false)),
                                new HttpServerConfig.Certificates(
                                        key, chain, directory.resolve("ca.crt"))),
                        this::answer);
        server.start();
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    /** The certificate of its authority, as configurations have it. */
    public String caBundle() {
        return Base64.getEncoder()
                .encodeToString(authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
    }

    /** Who has asked, as the header fields say. */
    public List<String> users() {
        return List.copyOf(users);
    }

    /** A fruit that comes into being. */
    public synchronized void grow(String namespace, String name, Map<String, ?> metadata) {
        Map<String, Object> all = new LinkedHashMap<>(metadata);
        all.put("namespace", namespace);
        all.put("name", name);
        all.put("uid", "uid-of-" + name);
        Map<String, Object> fruit = fruit(all);
        fruits.put(namespace + "/" + name, fruit);
        tell("ADDED", fruit);
    }

    /** A fruit as it is from the next revision on. */
    private Map<String, Object> fruit(Map<?, ?> metadata) {
        Map<Object, Object> all = new LinkedHashMap<>(metadata);
        all.put("resourceVersion", Integer.toString(++revision));
        return Map.of("apiVersion", "fruit.example.com/v1", "kind", "Fruit", "metadata", all);
    }

    /** Whether it is there. */
    public synchronized boolean has(String namespace, String name) {
        return fruits.containsKey(namespace + "/" + name);
    }

    private void tell(String type, Map<String, Object> fruit) {
        byte[] line = JsonTree.write(Map.of("type", type, "object", fruit));
        told.put(revision, new String(line, StandardCharsets.UTF_8) + "\n");
        notifyAll();
    }

    /** What has happened after a revision; waits for it. */
    private synchronized Map.Entry<Integer, String> next(int after) throws InterruptedException {
        Map.Entry<Integer, String> event = told.higherEntry(after);
        while (event == null) {
            wait();
            event = told.higherEntry(after);
        }
        return event;
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.headers().first("X-Remote-User").ifPresent(users::add);
        String path = exchange.path();
        if (path.equals(ROOT)) {
            send(exchange, 200, Map.of("kind", "APIResourceList", "resources", resources()));
        } else if (path.startsWith(ROOT + "/") && exchange.query().containsKey("watch")) {
            watch(exchange);
        } else if (path.startsWith(ROOT + "/")) {
            serve(exchange, List.of(path.substring(ROOT.length() + 1).split("/")));
        } else {
            send(exchange, 404, Map.of());
        }
    }

    private static List<Map<String, Object>> resources() {
        return List.of(
                Map.of(
                        "name", "fruits",
                        "singularName", "fruit",
                        "namespaced", true,
                        "kind", "Fruit",
                        "verbs", VERBS));
    }

    private synchronized void serve(HttpExchange exchange, List<String> parts) throws IOException {
        String namespace = parts.size() > 1 ? parts.get(1) : "";
        if (parts.size() == 4) {
            String key = namespace + "/" + parts.get(3);
            Map<String, Object> fruit = fruits.get(key);
            if (fruit == null) {
                send(exchange, 404, Map.of("kind", "Status", "reason", "NotFound", "code", 404));
                return;
            }
            if (exchange.method().equals("DELETE")) {
                fruits.remove(key);
                tell("DELETED", fruit((Map<?, ?>) fruit.get("metadata")));
            }
            send(exchange, 200, fruit);
            return;
        }
        List<Object> items = new ArrayList<>();
        fruits.forEach((key, fruit) -> {
            if (key.startsWith(namespace)) {
                items.add(fruit);
            }
        });
        send(
                exchange,
                200,
                Map.of(
                        "apiVersion",
                        "fruit.example.com/v1",
                        "kind",
                        "FruitList",
                        "metadata",
                        Map.of("resourceVersion", Integer.toString(revision)),
                        "items",
                        items));
    }

    private void watch(HttpExchange exchange) throws IOException {
        int seen = Integer.parseInt(exchange.query().get("resourceVersion").getFirst());
        try (OutputStream out =
                exchange.stream(200, Headers.of("Content-Type", "application/json"))) {
            out.flush();
            while (true) {
                Map.Entry<Integer, String> event = next(seen);
                seen = event.getKey();
                out.write(event.getValue().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int code, Map<String, ?> tree)
            throws IOException {
        exchange.respond(
                code, Headers.of("Content-Type", "application/json"), JsonTree.write(tree));
    }

    @Override
    public void close() {
        server.close();
    }
}
