package dev.quilla.apiserver.outbound;

import dev.quilla.client.TransportException;
import dev.quilla.client.http.RawRequest;
import dev.quilla.client.http.RequestContent;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.client.http.UpgradedConnection;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
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
    private static final int REFUSAL_BYTES_MAX = 4 << 10;

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
     * Passes on one request, and its body while it comes, however long it is.
     *
     * @return the code that was answered
     * @throws TransportException if there is no answer
     * @throws java.io.UncheckedIOException if the request's body does not come
     * @throws IOException if the client is gone, or the answer breaks off
     */
    public int forward(HttpExchange exchange, Backend backend, Onward onward) throws IOException {
        RawRequest request =
                new RawRequest(
                        exchange.method(),
                        onward.target(),
                        headers(onward.headers(), backend),
                        content(exchange),
                        onward.patience());
        // Ends a wait for the answer too: it closes the connection that it waits on.
        exchange.onCancel(Thread.currentThread()::interrupt);
        try (OutboundClient.Use use = client.use(backend)) {
            StreamedResponse response = use.transport().forward(request);
            exchange.onCancel(response::close);
            try {
                answer(exchange, response, onward);
            } finally {
                response.done();
            }
            return response.code();
        }
    }

    private static RequestContent content(HttpExchange exchange) {
        Headers headers = exchange.headers();
        if (headers.contains("Connection", "upgrade")) {
            // Another protocol follows, so what belongs to this one must be over.
            return new RequestContent.Whole(Bytes.wrap(exchange.body()));
        }
        if (headers.contains("Transfer-Encoding", "chunked")) {
            return new RequestContent.Streamed(exchange.bodyStream(), OptionalLong.empty());
        }
        long length = headers.first("Content-Length").map(Long::parseLong).orElse(0L);
        return length == 0
                ? RequestContent.NONE
                : new RequestContent.Streamed(exchange.bodyStream(), OptionalLong.of(length));
    }

    private static Map<String, List<String>> headers(Headers passed, Backend backend) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        passed.fields()
                .forEach((name, values) -> {
                    if (!isOfOneHop(name) && !passed.contains("Connection", name)) {
                        headers.put(name, values);
                    }
                });
        if (passed.contains("Connection", "upgrade")) {
            headers.put("Connection", List.of("Upgrade"));
            headers.put("Upgrade", passed.all("Upgrade"));
        }
        List<String> host = passed.all("Host");
        headers.put("Host", host.isEmpty() ? List.of(backend.authority()) : host);
        return headers;
    }

    private static boolean isOfOneHop(String name) {
        return OF_ONE_HOP.contains(name.toLowerCase(Locale.ROOT));
    }

    private static void answer(HttpExchange exchange, StreamedResponse response, Onward onward)
            throws IOException {
        int code = response.code();
        if (code >= 400 && onward.refusals() == Onward.Refusals.OF_THIS_API) {
            throw ApiErrors.passedOn(code, words(response));
        }
        Headers headers = onward.answered().apply(headers(response, exchange.method()));
        if (code == 101) {
            try (Upgraded client = exchange.upgrade(headers);
                    UpgradedConnection server = response.upgraded()) {
                join(client, server);
            }
        } else if (code == 204 || code == 304) {
            exchange.respond(code, headers, new byte[0]);
        } else {
            // Closed at the end of a whole answer only: else the client would take a part for it.
            OutputStream out = exchange.stream(code, headers);
            copyAll(response.body(), out);
            out.close();
        }
    }

    private static String words(StreamedResponse response) throws IOException {
        byte[] words = response.body().readNBytes(REFUSAL_BYTES_MAX);
        return new String(words, StandardCharsets.UTF_8).strip();
    }

    private static Headers headers(StreamedResponse response, String method) {
        Map<String, List<String>> headers = new LinkedHashMap<>(response.headers().toMap());
        if (response.code() != 101) {
            // How long a body would be, if there were one, is all that HEAD asks for.
            headers.keySet()
                    .removeIf(name ->
                            isOfOneHop(name)
                                    && !(method.equals("HEAD")
                                            && name.equalsIgnoreCase("Content-Length")));
        }
        return new Headers(headers);
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
        try {
            copyAll(from, to);
        } catch (IOException e) {
            LOG.debug("a forwarded connection ended: {}", e.getMessage());
        }
    }

    private static void copyAll(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }
}
