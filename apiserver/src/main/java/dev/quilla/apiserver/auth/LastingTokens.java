package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.jwt.JsonWebToken;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.store.View;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens of service accounts that are kept in secrets of the type {@code
 * kubernetes.io/service-account-token} and don't end: what programs outside the cluster are given
 * where nobody renews their tokens. One is good as long as its secret holds it and its account is
 * there; so deleting the secret takes it back. Thread-safe.
 */
public final class LastingTokens implements Authenticator {

    /** The type of the secrets. */
    public static final String TYPE = "kubernetes.io/service-account-token";

    /** The key in a secret's data under which the token is. */
    public static final String KEY = "token";

    private static final String ISSUER = "kubernetes/serviceaccount";
    private static final String CLAIM = "kubernetes.io/serviceaccount/";

    private final TokenIssuer issuer;
    private final ObjectStore objects;
    private final ApiResource secrets = type(Resources.SECRETS.gvr());
    private final ApiResource accounts = type(Resources.SERVICE_ACCOUNTS.gvr());

    /** Signed by the same key as all tokens of service accounts. */
    public LastingTokens(TokenIssuer issuer, ObjectStore objects) {
        this.issuer = issuer;
        this.objects = objects;
    }

    private static ApiResource type(dev.quilla.model.GroupVersionResource gvr) {
        return Schema.builtin().find(gvr).orElseThrow();
    }

    /** A token for an account, to be kept in a secret of its namespace. */
    public String issue(ServiceAccount account, String secret) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put(CLAIM + "namespace", account.namespace());
        claims.put(CLAIM + "secret.name", secret);
        claims.put(CLAIM + "service-account.name", account.name());
        claims.put(CLAIM + "service-account.uid", account.uid());
        claims.put("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name());
        return issuer.signed(claims);
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.bearer().flatMap(this::identity);
    }

    private Optional<Identity> identity(String text) {
        Optional<JsonWebToken> token =
                JsonWebToken.parse(text)
                        .filter(t -> t.text("iss").filter(ISSUER::equals).isPresent())
                        .filter(issuer::hasSigned);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        String namespace = claim(token.get(), "namespace");
        String uid = claim(token.get(), "service-account.uid");
        View view = objects.local();
        ObjectKey secret = new ObjectKey(namespace, claim(token.get(), "secret.name"));
        ObjectKey account = new ObjectKey(namespace, claim(token.get(), "service-account.name"));
        boolean kept =
                objects.find(view, secrets, secret)
                        .map(s -> new Secret(s.object()))
                        .filter(s -> !s.metadata().hasDeletionTimestamp())
                        .filter(s -> holds(s, text))
                        .isPresent();
        return kept
                ? objects.find(view, accounts, account)
                        .map(s -> new ServiceAccount(s.object()))
                        .filter(a -> a.uid().equals(uid))
                        .map(a -> Identity.serviceAccount(namespace, a.name(), uid))
                : Optional.empty();
    }

    private static String claim(JsonWebToken token, String name) {
        return token.text(CLAIM + name).orElse("");
    }

    private static boolean holds(Secret secret, String token) {
        var held = secret.data().get(KEY);
        return held != null
                && MessageDigest.isEqual(held.shared(), token.getBytes(StandardCharsets.US_ASCII));
    }
}
