package dev.quilla.apiserver.connect;

import dev.quilla.http.Headers;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What clients of a proxy get of an answer's header fields. A redirect leads to where it would
 * without a proxy; and a program does not decide which web sites may use the API, which it would by
 * the fields of cross-origin sharing.
 *
 * @param base the path of the proxy
 * @param hosts how the server's own host may be called in redirects
 */
record AnswerHeaders(String base, Set<String> hosts) {

    Headers passedOn(Headers answered) {
        Map<String, List<String>> kept = new LinkedHashMap<>(answered.fields());
        kept.keySet().removeIf(n -> n.toLowerCase(Locale.ROOT).startsWith("access-control-"));
        kept.replaceAll((name, values) ->
                name.equalsIgnoreCase("Location")
                        ? values.stream().map(this::location).toList()
                        : values);
        return new Headers(kept);
    }

    private String location(String there) {
        URI uri;
        try {
            uri = URI.create(there);
        } catch (IllegalArgumentException e) {
            // No redirect that can be understood, and so none of ours.
            return there;
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean elsewhere = uri.getRawAuthority() != null && !hosts.contains(uri.getRawAuthority());
        if (elsewhere || !path.startsWith("/") || path.startsWith(base + "/")) {
            return there;
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
        return base + path + query + fragment;
    }
}
