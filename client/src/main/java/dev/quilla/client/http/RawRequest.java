package dev.quilla.client.http;

import dev.quilla.client.ApiRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as HTTP has it.
 *
 * @param target path and query, percent-encoded
 * @param headers {@code Host} replaces the server's own name
 * @param patience how long to wait for the answer's head; zero waits for ever
 */
public record RawRequest(
        String method,
        String target,
        Map<String, List<String>> headers,
        RequestContent content,
        Duration patience) {

    public RawRequest {
        Map<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(headers);
        headers = java.util.Collections.unmodifiableMap(sorted);
    }

    /**
     * A call of the API.
     *
     * @param more header fields
     * @param usual the patience of calls that name none
     */
    static RawRequest of(ApiRequest request, Map<String, List<String>> more, Duration usual) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (!request.accept().isEmpty()) {
            headers.put("Accept", List.of(request.accept()));
        }
        if (!request.body().contentType().isEmpty()) {
            headers.put("Content-Type", List.of(request.body().contentType()));
        }
        headers.putAll(more);
        return new RawRequest(
                request.method(),
                RequestHead.target(request),
                headers,
                new RequestContent.Whole(request.body().encoded()),
                request.timeout().isZero() ? usual : request.timeout());
    }

    /** Whether it can be sent again, and doing it twice is the same as doing it once. */
    boolean repeatable() {
        return readOnly() && content instanceof RequestContent.Whole;
    }

    /** Whether it changes nothing. */
    boolean readOnly() {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }
}
