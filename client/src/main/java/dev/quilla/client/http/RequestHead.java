package dev.quilla.client.http;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiRequest.QueryParam;
import dev.quilla.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Writes requests as HTTP/1.1 has them. */
final class RequestHead {

    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String PATH_SAFE = UNRESERVED + "/:@!$&'()*+,;=";

    private RequestHead() {}

    /**
     * A request's head.
     *
     * @param more header fields that the request's own replace
     */
    static byte[] of(RawRequest request, String authority, Map<String, List<String>> more) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Host", List.of(authority));
        headers.putAll(more);
        headers.putAll(request.headers());
        switch (request.content()) {
            case RequestContent.Whole(Bytes bytes) -> {
                if (bytes.length() > 0 || !request.readOnly()) {
                    headers.put("Content-Length", List.of(Integer.toString(bytes.length())));
                }
            }
            case RequestContent.Streamed(_, OptionalLong length) -> {
                if (length.isPresent()) {
                    headers.put("Content-Length", List.of(Long.toString(length.getAsLong())));
                } else {
                    headers.put("Transfer-Encoding", List.of("chunked"));
                }
            }
        }
        StringBuilder head = new StringBuilder(512);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        headers.forEach((name, values) -> values.forEach(value -> field(head, name, value)));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Path and query of a call, percent-encoded. */
    static String target(ApiRequest request) {
        StringBuilder target = new StringBuilder();
        encode(target, request.path(), PATH_SAFE);
        char separator = '?';
        for (QueryParam param : request.query()) {
            target.append(separator);
            encode(target, param.name(), UNRESERVED);
            target.append('=');
            encode(target, param.value(), UNRESERVED);
            separator = '&';
        }
        return target.toString();
    }

    private static void field(StringBuilder head, String name, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("line break in header " + name);
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static void encode(StringBuilder to, String text, String safe) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (safe.indexOf(c) >= 0) {
                to.append(c);
            } else {
                to.append('%').append("%02X".formatted((int) c));
            }
        }
    }
}
