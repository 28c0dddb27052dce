package dev.quilla.client.http;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiRequest.QueryParam;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes requests as HTTP/1.1 has them. */
final class RequestHead {

    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String PATH_SAFE = UNRESERVED + "/:@!$&'()*+,;=";

    private RequestHead() {}

    /**
     * A request's head.
     *
     * @param headers found in any case
     */
    static byte[] of(
            ApiRequest request,
            String authority,
            Map<String, List<String>> headers,
            int contentLength) {
        StringBuilder head = new StringBuilder(512);
        head.append(request.method()).append(' ');
        target(head, request);
        head.append(" HTTP/1.1\r\n");
        if (!headers.containsKey("Host")) {
            field(head, "Host", authority);
        }
        headers.forEach((name, values) -> values.forEach(value -> field(head, name, value)));
        if (!request.accept().isEmpty()) {
            field(head, "Accept", request.accept());
        }
        if (!request.body().contentType().isEmpty()) {
            field(head, "Content-Type", request.body().contentType());
        }
        if (contentLength > 0 || !request.readOnly()) {
            field(head, "Content-Length", Integer.toString(contentLength));
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void target(StringBuilder head, ApiRequest request) {
        encode(head, request.path(), PATH_SAFE);
        char separator = '?';
        for (QueryParam param : request.query()) {
            head.append(separator);
            encode(head, param.name(), UNRESERVED);
            head.append('=');
            encode(head, param.value(), UNRESERVED);
            separator = '&';
        }
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
