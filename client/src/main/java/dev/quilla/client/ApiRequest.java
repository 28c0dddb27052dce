package dev.quilla.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call of the API, whatever carries it.
 *
 * @param method an HTTP method, upper case
 * @param path absolute and not percent-encoded: {@code /api/v1/namespaces/x/pods}
 * @param query parameters in order, not percent-encoded
 * @param accept media types the caller understands, as in HTTP's {@code Accept}
 * @param timeout how long to wait for the answer's head; zero means as long as the transport does
 */
public record ApiRequest(
        String method,
        String path,
        List<QueryParam> query,
        Body body,
        String accept,
        Duration timeout) {

    public ApiRequest {
        query = List.copyOf(query);
    }

    /** A query parameter; names can repeat. */
    public record QueryParam(String name, String value) {}

    /** A call without content that wants JSON. */
    public static ApiRequest of(String method, String path) {
        return new ApiRequest(method, path, List.of(), Body.none(), Body.JSON, Duration.ZERO);
    }

    /** A read. */
    public static ApiRequest get(String path) {
        return of("GET", path);
    }

    /** A read of a path with a query behind it, as in a URL: {@code /readyz?verbose}. */
    public static ApiRequest getTarget(String target) {
        int mark = target.indexOf('?');
        if (mark < 0) {
            return get(target);
        }
        List<QueryParam> params = new ArrayList<>();
        for (String param : target.substring(mark + 1).split("&", -1)) {
            String[] parts = param.split("=", 2);
            if (!param.isEmpty()) {
                params.add(
                        new QueryParam(
                                decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1])));
            }
        }
        return get(target.substring(0, mark)).withQuery(params);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The same call with one more query parameter. */
    public ApiRequest withQuery(String name, String value) {
        List<QueryParam> more = new ArrayList<>(query);
        more.add(new QueryParam(name, value));
        return withQuery(more);
    }

    /** The same call with these query parameters. */
    public ApiRequest withQuery(List<QueryParam> params) {
        return new ApiRequest(method, path, params, body, accept, timeout);
    }

    /** The same call with content. */
    public ApiRequest withBody(Body content) {
        return new ApiRequest(method, path, query, content, accept, timeout);
    }

    /** The same call that wants other media types. */
    public ApiRequest withAccept(String mediaTypes) {
        return new ApiRequest(method, path, query, body, mediaTypes, timeout);
    }

    /** The same call that waits this long for an answer. */
    public ApiRequest withTimeout(Duration atMost) {
        return new ApiRequest(method, path, query, body, accept, atMost);
    }

    /** The first value of a query parameter. */
    public Optional<String> param(String name) {
        return query.stream().filter(q -> q.name().equals(name)).map(QueryParam::value).findFirst();
    }

    /** All values of a query parameter. */
    public List<String> params(String name) {
        return query.stream().filter(q -> q.name().equals(name)).map(QueryParam::value).toList();
    }

    /** Whether doing it twice is the same as doing it once and changes nothing. */
    public boolean readOnly() {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }
}
