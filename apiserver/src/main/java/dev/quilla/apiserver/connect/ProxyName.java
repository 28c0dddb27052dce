package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import java.util.Set;

/**
 * What a request for a proxy calls its object: {@code [http:|https:]name[:port]}.
 *
 * @param scheme {@code http} where none is named
 * @param port number or name; empty for the usual one
 */
record ProxyName(String scheme, String name, String port) {

    private static final Set<String> SCHEMES = Set.of("", "http", "https");

    /**
     * Reads it.
     *
     * @throws ApiException if it has another form
     */
    static ProxyName of(RequestInfo info) {
        String[] parts = info.name().split(":", -1);
        int count = parts.length;
        String scheme = count == 3 ? parts[0] : "";
        String name = count == 3 ? parts[1] : parts[0];
        if (count > 3 || name.isEmpty() || !SCHEMES.contains(scheme)) {
            throw invalid(info);
        }
        return new ProxyName(
                scheme.isEmpty() ? "http" : scheme, name, count == 1 ? "" : parts[count - 1]);
    }

    /**
     * The port's number.
     *
     * @param usual what an empty one means
     * @throws ApiException if it is none
     */
    int number(RequestInfo info, int usual) {
        if (port.isEmpty()) {
            return usual;
        }
        int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 65_535) {
            throw invalid(info);
        }
        return number;
    }

    /** The usual port of the scheme. */
    int usualPort() {
        return scheme.equals("https") ? 443 : 80;
    }

    private static ApiException invalid(RequestInfo info) {
        String kind = info.resource().substring(0, info.resource().length() - 1);
        return ApiErrors.badRequest(
                "invalid %s request \"%s\": write NAME, NAME:PORT or https:NAME:PORT"
                        .formatted(kind, info.name()));
    }
}
