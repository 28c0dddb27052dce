package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.Headers;
import dev.quilla.model.ApiErrors;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whom a request is to be taken to come from, as its {@code Impersonate-} headers say. Each thing
 * said is a right of its own: user, group, uid, and each further fact.
 *
 * @param identity who it is then
 * @param rights what whoever really asks must be allowed
 */
record Impersonation(Identity identity, List<RequestInfo> rights) {

    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "Impersonate-Uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    /** What a request's headers say; empty for nothing. */
    static Optional<Impersonation> of(Headers headers) {
        String user = headers.first(USER).orElse("");
        List<String> groups = headers.all(GROUP);
        String uid = headers.first(UID).orElse("");
        Map<String, List<String>> extra = extra(headers);
        if (user.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw ApiErrors.badRequest(
                        "impersonating a group, a uid or more without a user: send " + USER);
            }
            return Optional.empty();
        }
        List<RequestInfo> rights = new ArrayList<>();
        rights.add(userRight(user));
        groups.forEach(g -> rights.add(right("", "groups", "", "", g)));
        if (!uid.isEmpty()) {
            rights.add(right(AUTHENTICATION, "uids", "", "", uid));
        }
        extra.forEach((key, values) ->
                values.forEach(v -> rights.add(right(AUTHENTICATION, "userextras", key, "", v))));
        return Optional.of(new Impersonation(identity(user, uid, groups).with(extra), rights));
    }

    private static Identity identity(String user, String uid, List<String> groups) {
        if (user.equals(Identity.ANONYMOUS.user())) {
            List<String> all = new ArrayList<>(groups);
            Identity.ANONYMOUS.groups().stream().filter(g -> !all.contains(g)).forEach(all::add);
            return new Identity(user, uid, all, Map.of());
        }
        if (isAccount(user) && groups.isEmpty()) {
            String[] parts = account(user);
            return Identity.serviceAccount(parts[0], parts[1], uid);
        }
        return Identity.known(user, uid, groups);
    }

    private static RequestInfo userRight(String user) {
        if (isAccount(user)) {
            String[] parts = account(user);
            return right("", "serviceaccounts", "", parts[0], parts[1]);
        }
        return right("", "users", "", "", user);
    }

    private static boolean isAccount(String user) {
        return user.startsWith(ACCOUNT) && account(user).length == 2;
    }

    private static String[] account(String user) {
        return user.substring(ACCOUNT.length()).split(":", -1);
    }

    private static Map<String, List<String>> extra(Headers headers) {
        Map<String, List<String>> extra = new TreeMap<>();
        headers.fields()
                .forEach((name, values) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (lower.startsWith(EXTRA)) {
                        extra.put(decoded(lower.substring(EXTRA.length())), values);
                    }
                });
        return extra;
    }

    /** Keys may have signs that no header's name has, and then come percent-encoded. */
    private static String decoded(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    private static RequestInfo right(
            String group, String resource, String subresource, String namespace, String name) {
        return new RequestInfo(
                "impersonate", group, "v1", resource, subresource, namespace, name, "");
    }
}
