package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A path in two, as it was sent: what names the proxy, and what is for the server behind it. So
 * what is encoded in the latter stays so.
 *
 * @param base ends with {@code /proxy}
 * @param rest empty, or starts with a slash
 */
record ProxyPath(String base, String rest) {

    /**
     * Cuts it.
     *
     * @throws ApiException if it hides slashes before the cut, so that it could be read in two ways
     */
    static ProxyPath of(String rawPath, RequestInfo info) {
        int slashes = info.namespace().isEmpty() ? 5 : 7;
        int cut = 0;
        for (int i = 0; i < slashes && cut >= 0; i++) {
            cut = rawPath.indexOf('/', cut + 1);
        }
        String base = cut < 0 ? rawPath : rawPath.substring(0, cut);
        List<String> named =
                info.namespace().isEmpty()
                        ? List.of("", "api", "v1", "nodes", info.name(), "proxy")
                        : List.of(
                                "",
                                "api",
                                "v1",
                                "namespaces",
                                info.namespace(),
                                info.resource(),
                                info.name(),
                                "proxy");
        if (!List.of(base.split("/", -1)).stream().map(ProxyPath::decoded).toList().equals(named)) {
            throw ApiErrors.badRequest(
                    "the path must be plain up to \"proxy\": no encoded slashes");
        }
        return new ProxyPath(base, cut < 0 ? "" : rawPath.substring(cut));
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
