package dev.quilla.apiserver.outbound;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiRequest.QueryParam;
import dev.quilla.client.Body;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.client.http.UpgradedConnection;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests on to another server, and its answers back while they come. After an upgrade the
 * two connections are joined byte by byte, whatever protocol they speak. Thread-safe.
 */
public final class Forwarder {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private static final int BUFFER_BYTES = 16 << 10;

    /** Meant for the next server on the way alone, or made anew for it. */
    private static final Set<String> OF_ONE_HOP =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private final OutboundClient client;

    /** Passes on by the connections of a client. */
    public Forwarder(OutboundClient client) {
        this.client = client;
    }

    /**
     * Passes on one request.
     *
     * @param more header fields that the server gets beside those of the request
     * @return the code that was answered
     * @throws TransportException if there is no answer
     * @throws IOException if the client is gone
     */
    public int forward(
            HttpExchange exchange, Backend backend, Headers passed, Map<String, List<String>> more)
            throws IOException {
        boolean upgrade = passed.contains("Connection", "upgrade");
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        passed.fields()
                .forEach((name, values) -> {
                    if (!isOfOneHop(name) && !name.equalsIgnoreCase("Content-Type")) {
                        headers.put(name, values);
                    }
                });
        if (upgrade) {
            headers.put("Connection", List.of("Upgrade"));
            headers.put("Upgrade", passed.all("Upgrade"));
        }
        headers.putAll(more);
        headers.put("Host", List.of(backend.authority()));
        try (OutboundClient.Use use = client.use(backend)) {
            StreamedResponse response = use.transport().forward(request(exchange), headers);
            exchange.onCancel(response::close);
            try {
                answer(exchange, response);
            } finally {
                response.done();
            }
            return response.code();
        }
    }

    private static boolean isOfOneHop(String name) {
        return OF_ONE_HOP.contains(name.toLowerCase(Locale.ROOT));
    }

    private static ApiRequest request(HttpExchange exchange) {
        List<QueryParam> query = new ArrayList<>();
        exchange.query()
                .forEach((name, values) -> values.forEach(v -> query.add(new QueryParam(name, v))));
        byte[] content = exchange.body();
        Body body =
                content.length == 0
                        ? Body.none()
                        : Body.of(
                                content,
                                exchange.headers().first("Content-Type").orElse(Body.JSON));
        return new ApiRequest(exchange.method(), exchange.path(), query, body, "", Duration.ZERO);
    }

    private static void answer(HttpExchange exchange, StreamedResponse response)
            throws IOException {
        Headers headers = Headers.NONE;
        for (Map.Entry<String, List<String>> field : response.headers().toMap().entrySet()) {
            boolean passes = response.code() == 101 || !isOfOneHop(field.getKey());
            for (String value : passes ? field.getValue() : List.<String>of()) {
                headers = headers.with(field.getKey(), value);
            }
        }
        if (response.code() == 101) {
            try (Upgraded client = exchange.upgrade(headers);
                    UpgradedConnection server = response.upgraded()) {
                join(client, server);
            }
            return;
        }
        if (exchange.method().equals("HEAD") || response.code() == 204 || response.code() == 304) {
            exchange.respond(response.code(), headers, new byte[0]);
            return;
        }
        try (OutputStream out = exchange.stream(response.code(), headers)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            InputStream in = response.body();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        }
    }

    /** Until the server has said all; what the client says meanwhile ends with it. */
    private static void join(Upgraded client, UpgradedConnection server) {
        Thread up =
                Thread.ofVirtual()
                        .name("forward-up")
                        .start(() -> {
                            copy(client.input(), server.out());
                            server.close();
                        });
        copy(server.in(), client.output());
        client.close();
        up.interrupt();
    }

    private static void copy(InputStream from, OutputStream to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        } catch (IOException e) {
            LOG.debug("a forwarded connection ended: {}", e.getMessage());
        }
    }
}
