package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.jwt.JsonWebKey;
import dev.quilla.apiserver.auth.jwt.JsonWebToken;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.authentication.v1.TokenRequestSpec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.store.View;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Service accounts' tokens: JSON web tokens signed with ES256 (RFC 7519, RFC 7518), bound to the
 * account and, where asked, to a pod: a token of something that is gone is worth nothing. All
 * masters share the key.
 */
public final class TokenIssuer implements Authenticator {

    /** Who issues, as the tokens say. */
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;
    private final JsonWebKey key;
    private final ObjectStore objects;
    private final InstantSource clock;

    /** Signs and verifies with an EC P-256 key pair. */
    public TokenIssuer(KeyPair keys, ObjectStore objects, InstantSource clock) {
        if (!(keys.getPublic() instanceof ECPublicKey point)) {
            throw new IllegalArgumentException("service accounts' tokens need an EC key");
        }
        this.keys = keys;
        this.key = JsonWebKey.of(point);
        this.objects = objects;
        this.clock = clock;
    }

    /** What its tokens are checked with. */
    public JsonWebKey key() {
        return key;
    }

    /** A token and when it ends. */
    public record Token(String text, Instant expires) {}

    /**
     * Issues a token for an account.
     *
     * @param request whom it is for, and the pod or secret that it ends with; its uid is given
     */
    public Token issue(ServiceAccount account, TokenRequestSpec request, Duration lifetime) {
        Instant now = clock.instant();
        Instant expires = now.plus(lifetime);
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("namespace", account.namespace());
        cluster.put("serviceaccount", Map.of("name", account.name(), "uid", account.uid()));
        if (request.hasBoundObjectRef()) {
            cluster.put(
                    request.boundObjectRef().kind().toLowerCase(Locale.ROOT),
                    Map.of(
                            "name", request.boundObjectRef().name(),
                            "uid", request.boundObjectRef().uid()));
        }
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name());
        claims.put("aud", request.audiences());
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", expires.getEpochSecond());
        claims.put("kubernetes.io", cluster);
        String signed =
                part(Map.of("alg", "ES256", "kid", key.id(), "typ", "JWT")) + "." + part(claims);
        return new Token(signed + "." + ENCODER.encodeToString(sign(signed)), expires);
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.bearer().flatMap(t -> verify(t, List.of(ISSUER))).map(Verified::who);
    }

    /**
     * Somebody whose token is good.
     *
     * @param audiences those asked for that the token is meant for
     */
    public record Verified(Identity who, List<String> audiences) {}

    /** Whose token it is; empty if it is not good, or meant for none of these audiences. */
    public Optional<Verified> verify(String token, List<String> audiences) {
        return verified(token)
                .flatMap(good -> {
                    List<String> meant = good.texts("aud").orElse(List.of());
                    List<String> common = audiences.stream().filter(meant::contains).toList();
                    return common.isEmpty()
                            ? Optional.empty()
                            : identity(good).map(who -> new Verified(who, common));
                });
    }

    private Optional<JsonWebToken> verified(String token) {
        return JsonWebToken.parse(token)
                .filter(t -> t.text("iss").filter(ISSUER::equals).isPresent())
                .filter(t -> t.isSignedBy(keys.getPublic()))
                .filter(t -> t.isValidAt(clock.instant()));
    }

    private Optional<Identity> identity(JsonWebToken token) {
        if (!(token.claims().get("kubernetes.io") instanceof Map<?, ?> cluster)
                || !(cluster.get("serviceaccount") instanceof Map<?, ?> account)
                || !(cluster.get("namespace") instanceof String namespace)) {
            return Optional.empty();
        }
        View view = objects.local();
        boolean bound = exists(view, Resources.SERVICE_ACCOUNTS.gvr(), namespace, account);
        Map<String, List<String>> extra = new HashMap<>();
        if (cluster.get("pod") instanceof Map<?, ?> pod) {
            bound &= exists(view, Resources.PODS.gvr(), namespace, pod);
            extra.put(POD_NAME, List.of(String.valueOf(pod.get("name"))));
            extra.put(POD_UID, List.of(String.valueOf(pod.get("uid"))));
        }
        if (cluster.get("secret") instanceof Map<?, ?> secret) {
            bound &= exists(view, Resources.SECRETS.gvr(), namespace, secret);
        }
        return bound
                ? Optional.of(
                        Identity.serviceAccount(
                                        namespace,
                                        String.valueOf(account.get("name")),
                                        String.valueOf(account.get("uid")))
                                .with(extra))
                : Optional.empty();
    }

    private boolean exists(
            View view,
            dev.quilla.model.GroupVersionResource gvr,
            String namespace,
            Map<?, ?> reference) {
        ApiResource type = Schema.builtin().find(gvr).orElseThrow();
        ObjectKey key = new ObjectKey(namespace, String.valueOf(reference.get("name")));
        return objects.find(view, type, key)
                .map(s -> s.object().text("metadata", "uid"))
                .filter(uid -> uid.equals(reference.get("uid")))
                .isPresent();
    }

    private byte[] sign(String text) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(keys.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the service account key can't sign", e);
        }
    }

    private static String part(Map<String, Object> content) {
        return ENCODER.encodeToString(JsonTree.write(content));
    }
}
