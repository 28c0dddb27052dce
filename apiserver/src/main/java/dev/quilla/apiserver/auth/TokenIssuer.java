package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.jwt.JsonWebKey;
import dev.quilla.apiserver.auth.jwt.JsonWebToken;
import dev.quilla.apiserver.auth.jwt.KnownSignatures;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.authentication.v1.TokenRequestSpec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.model.meta.v1.ObjectMeta;
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
import java.util.function.Supplier;

/**
 * Service accounts' tokens: JSON web tokens signed with ES256 (RFC 7519, RFC 7518), bound to the
 * account and, where asked, to a pod, a secret or a node: a token of something that is gone is
 * worth nothing. Each has an id, by which the audit log tells what was done with it; one that is
 * bound to a pod says where that runs. All masters share the key.
 */
public final class TokenIssuer implements Authenticator {

    /** Who issues, as the tokens say. */
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String EXTRA = "authentication.kubernetes.io/";

    /** What is being deleted may still use its token for so long, as in Kubernetes. */
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    /** What a token may be bound to, as its claims call it. */
    private static final Map<String, GroupVersionResource> BOUND =
            Map.of(
                    "pod", Resources.PODS.gvr(),
                    "secret", Resources.SECRETS.gvr(),
                    "node", Resources.NODES.gvr());

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;
    private final JsonWebKey key;
    private final KnownSignatures signatures = new KnownSignatures();
    private final ObjectStore objects;
    private final InstantSource clock;
    private final Supplier<String> newId;

    /**
     * Signs and verifies with an EC P-256 key pair.
     *
     * @param newId makes the tokens' ids, each a text of its own
     */
    public TokenIssuer(
            KeyPair keys, ObjectStore objects, InstantSource clock, Supplier<String> newId) {
        if (!(keys.getPublic() instanceof ECPublicKey point)) {
            throw new IllegalArgumentException("service accounts' tokens need an EC key");
        }
        this.keys = keys;
        this.key = JsonWebKey.of(point);
        this.objects = objects;
        this.clock = clock;
        this.newId = newId;
    }

    /** What its tokens are checked with. */
    public JsonWebKey key() {
        return key;
    }

    /** A token, when it ends, and by which id it is known. */
    public record Token(String text, Instant expires, String id) {}

    /**
     * Issues a token for an account.
     *
     * @param request whom it is for, and the pod, secret or node that it ends with; its uid is
     *     given
     * @param node where that pod runs; empty where there is none
     */
    public Token issue(
            ServiceAccount account,
            TokenRequestSpec request,
            Optional<ObjectReference> node,
            Duration lifetime) {
        Instant now = clock.instant();
        Instant expires = now.plus(lifetime);
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("namespace", account.namespace());
        cluster.put("serviceaccount", Map.of("name", account.name(), "uid", account.uid()));
        if (request.hasBoundObjectRef()) {
            cluster.put(
                    request.boundObjectRef().kind().toLowerCase(Locale.ROOT),
                    reference(request.boundObjectRef().name(), request.boundObjectRef().uid()));
        }
        node.ifPresent(n -> cluster.put("node", reference(n.name(), n.uid())));
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name());
        claims.put("aud", request.audiences());
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", expires.getEpochSecond());
        String id = newId.get();
        claims.put("jti", id);
        claims.put("kubernetes.io", cluster);
        return new Token(signed(claims), expires, id);
    }

    /** A token that says so. */
    String signed(Map<String, Object> claims) {
        String signed =
                part(Map.of("alg", "ES256", "kid", key.id(), "typ", "JWT")) + "." + part(claims);
        return signed + "." + ENCODER.encodeToString(sign(signed));
    }

    /** Whether a token is from here. */
    boolean hasSigned(JsonWebToken token) {
        return signatures.isSigned(token, keys.getPublic());
    }

    private static Map<String, String> reference(String name, String uid) {
        Map<String, String> reference = new LinkedHashMap<>();
        reference.put("name", name);
        if (!uid.isEmpty()) {
            reference.put("uid", uid);
        }
        return reference;
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
                .filter(this::hasSigned)
                .filter(t -> t.isValidAt(clock.instant()));
    }

    private Optional<Identity> identity(JsonWebToken token) {
        if (!(token.claims().get("kubernetes.io") instanceof Map<?, ?> cluster)
                || !(cluster.get("serviceaccount") instanceof Map<?, ?> account)
                || !(cluster.get("namespace") instanceof String namespace)) {
            return Optional.empty();
        }
        View view = objects.local();
        if (!isBound(view, namespace, cluster)
                || !exists(view, Resources.SERVICE_ACCOUNTS.gvr(), namespace, account)) {
            return Optional.empty();
        }
        return Optional.of(
                Identity.serviceAccount(
                                namespace,
                                String.valueOf(account.get("name")),
                                String.valueOf(account.get("uid")))
                        .with(extra(token, cluster)));
    }

    /** Where a pod ran when it got its token is told only: the token is bound to the pod. */
    private boolean isBound(View view, String namespace, Map<?, ?> cluster) {
        return BOUND.entrySet().stream()
                .filter(b -> !b.getKey().equals("node") || !cluster.containsKey("pod"))
                .allMatch(b ->
                        !(cluster.get(b.getKey()) instanceof Map<?, ?> reference)
                                || exists(
                                        view,
                                        b.getValue(),
                                        b.getKey().equals("node") ? "" : namespace,
                                        reference));
    }

    private static Map<String, List<String>> extra(JsonWebToken token, Map<?, ?> cluster) {
        Map<String, List<String>> extra = new HashMap<>();
        token.text("jti").ifPresent(id -> extra.put(EXTRA + "credential-id", List.of("JTI=" + id)));
        for (String bound : List.of("pod", "node")) {
            if (cluster.get(bound) instanceof Map<?, ?> reference) {
                reference.forEach((key, value) ->
                        extra.put(EXTRA + bound + "-" + key, List.of(String.valueOf(value))));
            }
        }
        return extra;
    }

    private boolean exists(
            View view, GroupVersionResource gvr, String namespace, Map<?, ?> reference) {
        ApiResource type = Schema.builtin().find(gvr).orElseThrow();
        ObjectKey key = new ObjectKey(namespace, String.valueOf(reference.get("name")));
        return objects.find(view, type, key)
                .map(TokenIssuer::metadata)
                .filter(m -> m.uid().equals(reference.get("uid")))
                .filter(m -> !isOver(m))
                .isPresent();
    }

    private static ObjectMeta metadata(Stored stored) {
        return new ObjectMeta((Struct) stored.object().find("metadata").orElseThrow());
    }

    private boolean isOver(ObjectMeta metadata) {
        return metadata.deletionTimestamp()
                .filter(since -> since.plus(LEEWAY).isBefore(clock.instant()))
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
