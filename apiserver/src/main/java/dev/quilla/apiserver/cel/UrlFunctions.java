package dev.quilla.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** URLs, such as {@code url('https://host/path')}: absolute ones, or absolute paths. */
final class UrlFunctions {

    private static final CelType URL = OpaqueType.create("kubernetes.URL");
    private static final CelType TEXT = SimpleType.STRING;

    private UrlFunctions() {}

    static Functions functions() {
        return new Functions("url")
                .global("isURL", SimpleType.BOOL, TEXT, String.class, UrlFunctions::isUrl)
                .global("url", URL, TEXT, String.class, UrlFunctions::parse)
                .member("getScheme", TEXT, URL, URI.class, url -> blank(url.getScheme()))
                .member("getHost", TEXT, URL, URI.class, UrlFunctions::host)
                .member("getHostname", TEXT, URL, URI.class, UrlFunctions::hostname)
                .member(
                        "getPort",
                        TEXT,
                        URL,
                        URI.class,
                        url -> url.getPort() < 0 ? "" : Integer.toString(url.getPort()))
                .member("getEscapedPath", TEXT, URL, URI.class, url -> blank(url.getRawPath()))
                .member(
                        "getQuery",
                        MapType.create(TEXT, ListType.create(TEXT)),
                        URL,
                        URI.class,
                        UrlFunctions::query);
    }

    private static boolean isUrl(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static URI parse(String text) {
        try {
            URI url = new URI(text);
            if (url.isAbsolute() ? isWhole(url) : text.startsWith("/")) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw new IllegalArgumentException("URL parse error: invalid URI for request: " + text);
    }

    /** A host with a port that is no number is not understood as a host. */
    private static boolean isWhole(URI url) {
        return url.getRawAuthority() == null || url.getHost() != null;
    }

    private static String host(URI url) {
        String host = blank(url.getHost());
        return url.getPort() < 0 ? host : host + ":" + url.getPort();
    }

    private static String hostname(URI url) {
        String host = blank(url.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static Map<String, List<String>> query(URI url) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String part : blank(url.getRawQuery()).split("&")) {
            if (!part.isEmpty()) {
                String[] pair = part.split("=", 2);
                all.computeIfAbsent(decoded(pair[0]), _ -> new ArrayList<>())
                        .add(pair.length > 1 ? decoded(pair[1]) : "");
            }
        }
        return all;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String blank(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
