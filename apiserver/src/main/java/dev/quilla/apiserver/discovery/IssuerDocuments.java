package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.auth.jwt.JsonWebKey;
import dev.quilla.model.codec.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * With which others check tokens of service accounts: OpenID Connect Discovery 1.0, as far as
 * Kubernetes serves it. Immutable.
 */
public final class IssuerDocuments {

    /** Where the issuer is described. */
    public static final String CONFIGURATION = "/.well-known/openid-configuration";

    /** Where its keys are. */
    public static final String KEYS = "/openid/v1/jwks";

    private final byte[] configuration;
    private final byte[] keys;

    /**
     * Describes the issuer of service accounts' tokens.
     *
     * @param server where this API is reached
     * @param key what the tokens are signed with
     */
    public IssuerDocuments(String server, JsonWebKey key) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("issuer", TokenIssuer.ISSUER);
        map.put("jwks_uri", server + KEYS);
        map.put("response_types_supported", List.of("id_token"));
        map.put("subject_types_supported", List.of("public"));
        map.put("id_token_signing_alg_values_supported", List.of("ES256"));
        configuration = JsonTree.write(map);
        keys = JsonTree.write(Map.of("keys", List.of(key.tree())));
    }

    /** What is at {@link #CONFIGURATION}. */
    public byte[] configuration() {
        return configuration.clone();
    }

    /** What is at {@link #KEYS}. */
    public byte[] keys() {
        return keys.clone();
    }
}
