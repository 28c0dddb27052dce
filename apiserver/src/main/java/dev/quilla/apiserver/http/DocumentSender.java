package dev.quilla.apiserver.http;

import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sends documents of OpenAPI. One that is asked for by its hash never changes, so clients keep it;
 * by the hash of another document they are sent on to the one that there is.
 */
final class DocumentSender {

    private static final byte[] NOTHING = {};

    private DocumentSender() {}

    static void send(HttpExchange exchange, OpenApi.Document document) throws IOException {
        String tag = "\"" + document.hash() + "\"";
        Headers headers =
                Headers.of("Content-Type", document.type())
                        .with("ETag", tag)
                        .with("Vary", "Accept");
        String asked = exchange.query().getOrDefault("hash", List.of("")).getFirst();
        if (!exchange.path().startsWith(OpenApi.ROOT + "/") || asked.isEmpty()) {
            headers = headers.with("Cache-Control", "no-cache, private");
        } else if (asked.equals(document.hash())) {
            headers = headers.with("Cache-Control", "public, max-age=31536000, immutable");
        } else {
            String there = exchange.path() + "?hash=" + document.hash();
            exchange.respond(301, headers.with("Location", there), NOTHING);
            return;
        }
        boolean known =
                Stream.of("*", tag, "W/" + tag)
                        .anyMatch(t -> exchange.headers().contains("If-None-Match", t));
        if (known) {
            exchange.respond(304, headers, NOTHING);
        } else {
            BufferedAnswer.send(exchange, 200, headers, document.content().get());
        }
    }
}
