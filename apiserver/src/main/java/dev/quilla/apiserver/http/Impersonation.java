package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.Headers;
import dev.quilla.model.ApiErrors;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whom a request is to be taken to come from, as its {@code Impersonate-} headers say. Each thing
 * said is a right of its own: user, group, uid, and each further fact.
 *
 * @param user the name; never empty
 * @param uid empty where nothing is said of it
 */
record Impersonation(
        String user, String uid, List<String> groups, Map<String, List<String>> extra) {

    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "Impersonate-Uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    Impersonation {
        groups = List.copyOf(groups);
        extra = Collections.unmodifiableMap(new TreeMap<>(extra));
    }

    /** What a request's headers say; empty for nothing. */
    static Optional<Impersonation> of(Headers headers) {
        Impersonation said =
                new Impersonation(
                        headers.first(USER).orElse(""),
                        headers.first(UID).orElse(""),
                        headers.all(GROUP),
                        extra(headers));
        if (!said.user.isEmpty()) {
            return Optional.of(said);
        }
        if (!said.isUserAlone()) {
            throw ApiErrors.badRequest(
                    "impersonating a group, a uid or more without a user: send " + USER);
        }
        return Optional.empty();
    }

    /** Whether nothing is said but the user. */
    boolean isUserAlone() {
        return groups.isEmpty() && uid.isEmpty() && extra.isEmpty();
    }

    /** Who it is then. */
    Identity identity() {
        return identity(user, uid, groups).with(extra);
    }

    /** What whoever really asks must be allowed, to be taken for them whatever is asked. */
    List<RequestInfo> rights() {
        List<RequestInfo> rights = new ArrayList<>();
        rights.add(userRight(""));
        groups.forEach(g -> rights.add(right("", "groups", "", "", g)));
        rights.addAll(facts());
        return rights.stream().map(r -> r.withVerb("impersonate")).toList();
    }

    /** The same where it is limited to what is asked: all of one API group. */
    List<RequestInfo> limitedRights(String verb) {
        List<RequestInfo> rights = new ArrayList<>();
        rights.add(userRight(AUTHENTICATION));
        groups.forEach(g -> rights.add(right(AUTHENTICATION, "groups", "", "", g)));
        rights.addAll(facts());
        return rights.stream().map(r -> r.withVerb(verb)).toList();
    }

    private List<RequestInfo> facts() {
        List<RequestInfo> rights = new ArrayList<>();
        if (!uid.isEmpty()) {
            rights.add(right(AUTHENTICATION, "uids", "", "", uid));
        }
        extra.forEach((key, values) ->
                values.forEach(v -> rights.add(right(AUTHENTICATION, "userextras", key, "", v))));
        return rights;
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
        if (groups.contains("system:unauthenticated")) {
            return new Identity(user, uid, groups, Map.of());
        }
        return Identity.known(user, uid, groups);
    }

    private RequestInfo userRight(String group) {
        if (isAccount(user)) {
            String[] parts = account(user);
            return right(group, "serviceaccounts", "", parts[0], parts[1]);
        }
        return right(group, "users", "", "", user);
    }

    /** Whether it is a service account. */
    boolean isAccount() {
        return isAccount(user);
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
