package dev.quilla.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a head must be like beyond what the decoder checks: nothing in it may mean one thing to us
 * and another to whoever passed it on.
 */
final class RequestRules {

    private static final int PARAMETERS_MAX = 1024;
    private static final Set<HttpVersion> VERSIONS =
            Set.of(HttpVersion.HTTP_1_0, HttpVersion.HTTP_1_1);

    /** A name or an address, with a port; empty where the target has none (RFC 9112, 3.2). */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~%:\\[\\]-]{0,255}");

    private RequestRules() {}

    /** What is wrong with a head; empty for nothing. */
    static String problem(HttpRequest head, boolean stream) {
        if (!head.method().name().chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            return "the method is not valid";
        }
        String target = head.uri();
        if (!target.startsWith("/") || !target.chars().allMatch(c -> c > 32 && c < 127)) {
            return "the target must be a path";
        }
        if (target.indexOf('#') >= 0 || !isDecodable(target)) {
            return "the target is not valid";
        }
        List<String> encodings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        // In a stream the field is the decoder's own, to say that no length is known.
        if (!stream
                && !encodings.isEmpty()
                && (encodings.size() > 1
                        || !encodings.getFirst().strip().equalsIgnoreCase("chunked")
                        || head.protocolVersion().equals(HttpVersion.HTTP_1_0))) {
            return "the transfer encoding is not supported";
        }
        if (!stream && !VERSIONS.contains(head.protocolVersion())) {
            return "the version of HTTP must be 1.0 or 1.1";
        }
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        if (!hosts.stream().allMatch(h -> HOST.matcher(h).matches())) {
            return "the Host is not valid";
        }
        return hosts.size() == 1 || stream || head.protocolVersion().equals(HttpVersion.HTTP_1_0)
                ? ""
                : "there must be one Host";
    }

    private static boolean isDecodable(String target) {
        try {
            decode(target).parameters();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Reads a target.
     *
     * @throws IllegalArgumentException if its percent-encoding is broken
     */
    static QueryStringDecoder decode(String target) {
        QueryStringDecoder decoder =
                new QueryStringDecoder(target, StandardCharsets.UTF_8, true, PARAMETERS_MAX, true);
        if (decoder.path().indexOf(0) >= 0) {
            throw new IllegalArgumentException("a path has no zeros");
        }
        return decoder;
    }
}
