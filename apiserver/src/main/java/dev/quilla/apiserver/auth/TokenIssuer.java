package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.authentication.v1.TokenRequestSpec;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.store.View;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
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

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;
    private final ObjectStore objects;
    private final InstantSource clock;

    /** Signs and verifies with an EC P-256 key pair. */
    public TokenIssuer(KeyPair keys, ObjectStore objects, InstantSource clock) {
        this.keys = keys;
        this.objects = objects;
        this.clock = clock;
    }

    /** A token and when it ends. */
    public record Token(String text, Instant expires) {}

    /** Issues a token for an account. */
    public Token issue(ServiceAccount account, TokenRequestSpec request, Duration lifetime) {
        Instant now = clock.instant();
        Instant expires = now.plus(lifetime);
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("namespace", account.namespace());
        cluster.put("serviceaccount", Map.of("name", account.name(), "uid", account.uid()));
        if (request.boundObjectRef().kind().equals("Pod")) {
            cluster.put(
                    "pod",
                    Map.of(
                            "name", request.boundObjectRef().name(),
                            "uid", request.boundObjectRef().uid()));
        }
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name());
        claims.put("aud", request.audiences().isEmpty() ? List.of(ISSUER) : request.audiences());
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", expires.getEpochSecond());
        claims.put("kubernetes.io", cluster);
        String signed = part(Map.of("alg", "ES256", "typ", "JWT")) + "." + part(claims);
        return new Token(signed + "." + ENCODER.encodeToString(sign(signed)), expires);
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.bearer().flatMap(this::verified).flatMap(this::identity);
    }

    private Optional<Map<String, Object>> verified(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            Base64.Decoder decoder = Base64.getUrlDecoder();
            if (!signature.verify(decoder.decode(parts[2]))) {
                return Optional.empty();
            }
            return Optional.of(JsonTree.parseObject(decoder.decode(parts[1])));
        } catch (GeneralSecurityException | IllegalArgumentException | DecodeException e) {
            return Optional.empty();
        }
    }

    private Optional<Identity> identity(Map<String, Object> claims) {
        long now = clock.instant().getEpochSecond();
        boolean valid =
                ISSUER.equals(claims.get("iss"))
                        && claims.get("exp") instanceof Number expires
                        && expires.longValue() > now
                        && claims.get("aud") instanceof List<?> audiences
                        && audiences.contains(ISSUER);
        if (!valid
                || !(claims.get("kubernetes.io") instanceof Map<?, ?> cluster)
                || !(cluster.get("serviceaccount") instanceof Map<?, ?> account)
                || !(cluster.get("namespace") instanceof String namespace)) {
            return Optional.empty();
        }
        View view = objects.local();
        boolean bound = exists(view, Resources.SERVICE_ACCOUNTS.gvr(), namespace, account);
        if (cluster.get("pod") instanceof Map<?, ?> pod) {
            bound &= exists(view, Resources.PODS.gvr(), namespace, pod);
        }
        return bound
                ? Optional.of(
                        Identity.serviceAccount(
                                namespace,
                                String.valueOf(account.get("name")),
                                String.valueOf(account.get("uid"))))
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
