package dev.quilla.apiserver.connect;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is passed on of requests. */
final class RequestHeaders {

    private RequestHeaders() {}

    /** The query as it was sent, with its question mark; empty if there is none. */
    static String query(HttpExchange exchange) {
        int mark = exchange.target().indexOf('?');
        return mark < 0 ? "" : exchange.target().substring(mark);
    }

    /** Without what proves who asks, and the host's name, which are for the API alone. */
    static Headers withoutIdentity(Headers sent) {
        Map<String, List<String>> kept = new LinkedHashMap<>(sent.fields());
        kept.keySet()
                .removeIf(name -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    return lower.equals("authorization")
                            || lower.equals("host")
                            || lower.startsWith("impersonate-");
                });
        return new Headers(kept);
    }

    /**
     * The same for a program behind the API, which is told who asked for what, as reverse proxies
     * tell it.
     */
    static Headers forwarded(HttpExchange exchange) {
        Map<String, List<String>> headers =
                new LinkedHashMap<>(withoutIdentity(exchange.headers()).fields());
        List<String> before = exchange.headers().all("X-Forwarded-For");
        String address = exchange.remote().getAddress().getHostAddress();
        List<String> host = exchange.headers().all("Host");
        headers.keySet().removeIf(name -> name.regionMatches(true, 0, "x-forwarded-", 0, 12));
        headers.put(
                "X-Forwarded-For",
                List.of(before.isEmpty() ? address : String.join(", ", before) + ", " + address));
        headers.put("X-Forwarded-Host", host);
        headers.put("X-Forwarded-Proto", List.of("https"));
        headers.put("X-Forwarded-Uri", List.of(exchange.rawPath()));
        headers.put("Host", host);
        return new Headers(headers);
    }
}
