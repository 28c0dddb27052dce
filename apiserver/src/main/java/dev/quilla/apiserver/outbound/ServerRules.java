package dev.quilla.apiserver.outbound;

import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** The rules of {@code clientConfig}, wherever a server is named by one. */
public final class ServerRules {

    private static final int PORT_MAX = 65_535;

    private ServerRules() {}

    /**
     * All broken rules. Certificates that can't be read break none: they are put in later, often by
     * somebody else, and a server is not reached before.
     *
     * @param server a struct with {@code url} and {@code service}
     */
    public static List<FieldError> check(Struct server, String at) {
        List<FieldError> errors = new ArrayList<>();
        boolean byUrl = server.has("url");
        boolean byService = server.has("service");
        if (byUrl == byService) {
            errors.add(FieldError.required(at, "exactly one of url or service is required"));
            return errors;
        }
        if (byUrl) {
            url(server.text("url"), at + ".url", errors);
        } else {
            service((Struct) server.find("service").orElseThrow(), at + ".service", errors);
        }
        return errors;
    }

    private static void url(String text, String at, List<FieldError> errors) {
        String form = "; desired format: https://host[/path]";
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            errors.add(
                    FieldError.required(at, "url must be a valid URL: " + e.getMessage() + form));
            return;
        }
        if (!"https".equals(url.getScheme())) {
            errors.add(
                    FieldError.invalid(at, text, "'https' is the only allowed URL scheme" + form));
        }
        if (url.getHost() == null) {
            errors.add(FieldError.invalid(at, text, "host must be specified" + form));
        }
        if (url.getRawUserInfo() != null) {
            errors.add(
                    FieldError.invalid(at, text, "user information is not permitted in the URL"));
        }
        if (url.getRawFragment() != null) {
            errors.add(FieldError.invalid(at, text, "fragments are not permitted in the URL"));
        }
        if (url.getRawQuery() != null) {
            errors.add(
                    FieldError.invalid(at, text, "query parameters are not permitted in the URL"));
        }
    }

    /** A path is made of names, each after one slash. */
    private static void path(String path, String at, List<FieldError> errors) {
        if (path.isEmpty() || path.equals("/")) {
            return;
        }
        if (!path.startsWith("/")) {
            errors.add(FieldError.invalid(at, path, "must start with a '/'"));
        }
        String rest = path.substring(1);
        String[] segments =
                (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = "segment[" + i + "]";
            if (segments[i].isEmpty()) {
                errors.add(FieldError.invalid(at, path, segment + " may not be empty"));
            } else {
                Names.subdomain(segments[i])
                        .ifPresent(why ->
                                errors.add(FieldError.invalid(at, path, segment + ": " + why)));
            }
        }
    }

    private static void service(Struct service, String at, List<FieldError> errors) {
        if (service.text("name").isEmpty()) {
            errors.add(FieldError.required(at + ".name", ""));
        }
        if (service.text("namespace").isEmpty()) {
            errors.add(FieldError.required(at + ".namespace", ""));
        }
        path(service.text("path"), at + ".path", errors);
        service.find("port")
                .map(Integer.class::cast)
                .filter(port -> port < 1 || port > PORT_MAX)
                .ifPresent(port ->
                        errors.add(
                                FieldError.invalid(
                                        at + ".port",
                                        port,
                                        "port is not valid: must be between 1 and 65535,"
                                                + " inclusive")));
    }
}
