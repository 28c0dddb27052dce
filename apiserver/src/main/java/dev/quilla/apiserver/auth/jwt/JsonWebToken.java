package dev.quilla.apiserver.auth.jwt;

import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signed token (RFC 7519). Nothing of it is true before its signature has been checked.
 *
 * @param algorithm how it says that it is signed
 * @param keyId which key it says; empty for none
 */
public record JsonWebToken(
        SignatureAlgorithm algorithm,
        String keyId,
        Map<String, @Nullable Object> claims,
        Bytes signed,
        Bytes signature) {

    private static final int LENGTH_MAX = 64 << 10;

    /** How much earlier than ours another clock may be. */
    private static final Duration EARLY_MAX = Duration.ofMinutes(1);

    /** Reads a token; empty if it is none, or signed in a way that is not known here. */
    public static Optional<JsonWebToken> parse(String token) {
        String[] parts = token.length() > LENGTH_MAX ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Base64.Decoder decoder = Base64.getUrlDecoder();
            Map<String, @Nullable Object> header = JsonTree.parseObject(decoder.decode(parts[0]));
            Map<String, @Nullable Object> claims = JsonTree.parseObject(decoder.decode(parts[1]));
            if (header.containsKey("crit")) {
                // What must be understood (RFC 7515, 4.1.11) is not.
                return Optional.empty();
            }
            byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
            byte[] signature = decoder.decode(parts[2]);
            return SignatureAlgorithm.named(String.valueOf(header.get("alg")))
                    .map(algorithm ->
                            new JsonWebToken(
                                    algorithm,
                                    header.get("kid") instanceof String kid ? kid : "",
                                    claims,
                                    Bytes.wrap(signed),
                                    Bytes.wrap(signature)));
        } catch (IllegalArgumentException | DecodeException e) {
            return Optional.empty();
        }
    }

    /** Whether the owner of a key has signed it. */
    public boolean isSignedBy(PublicKey key) {
        return algorithm.verifies(key, signed.shared(), signature.shared());
    }

    /** Whether it is good at that time: it must say how long. */
    public boolean isValidAt(Instant now) {
        boolean begun =
                !(claims.get("nbf") instanceof Number begin)
                        || begin.longValue() <= now.plus(EARLY_MAX).getEpochSecond();
        return begun
                && claims.get("exp") instanceof Number end
                && end.longValue() > now.getEpochSecond();
    }

    /** A claim that is a text; empty if there is none. */
    public Optional<String> text(String claim) {
        return claims.get(claim) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** A claim that is a list of texts, or one text that stands alone; empty if there is none. */
    public Optional<List<String>> texts(String claim) {
        if (claims.get(claim) instanceof String text) {
            return Optional.of(List.of(text));
        }
        return claims.get(claim) instanceof List<?> list
                        && list.stream().allMatch(String.class::isInstance)
                ? Optional.of(list.stream().map(String.class::cast).toList())
                : Optional.empty();
    }
}
