package dev.quilla.apiserver.auth.jwt;

import dev.quilla.model.codec.JsonTree;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A public key with which tokens are checked (RFC 7517).
 *
 * @param id its name; empty for none
 */
public record JsonWebKey(String id, PublicKey key) {

    private static final int KEYS_MAX = 100;

    private static final Map<String, String> CURVES =
            Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

    /**
     * The keys of a set, in its order; those that are for something else, or of a kind that is not
     * known here, are left out.
     *
     * @throws dev.quilla.model.codec.DecodeException if it is no JSON object
     */
    public static List<JsonWebKey> set(byte[] json) {
        List<JsonWebKey> keys = new ArrayList<>();
        if (JsonTree.parseObject(json).get("keys") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> map && keys.size() < KEYS_MAX) {
                    read(map).ifPresent(keys::add);
                }
            }
        }
        return List.copyOf(keys);
    }

    private static Optional<JsonWebKey> read(Map<?, ?> map) {
        if (map.get("use") instanceof String use && !use.equals("sig")) {
            return Optional.empty();
        }
        try {
            PublicKey key =
                    switch (String.valueOf(map.get("kty"))) {
                        case "RSA" ->
                                KeyFactory.getInstance("RSA")
                                        .generatePublic(
                                                new RSAPublicKeySpec(
                                                        number(map, "n"), number(map, "e")));
                        case "EC" -> curvePoint(map);
                        default ->
                                throw new NoSuchAlgorithmException(
                                        "not a kind of key that is known here");
                    };
            return Optional.of(new JsonWebKey(map.get("kid") instanceof String id ? id : "", key));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static PublicKey curvePoint(Map<?, ?> map) throws GeneralSecurityException {
        String curve = CURVES.get(String.valueOf(map.get("crv")));
        if (curve == null) {
            throw new NoSuchAlgorithmException("not a curve that is known here");
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(
                                new ECPoint(number(map, "x"), number(map, "y")),
                                parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger number(Map<?, ?> map, String key) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(String.valueOf(map.get(key))));
    }

    /** A P-256 key under the name that it gives itself: the hash of its encoding. */
    public static JsonWebKey of(ECPublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return new JsonWebKey(base64(hash), key);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }

    /** A P-256 key as a set writes it. */
    public Map<String, @Nullable Object> tree() {
        if (!(key instanceof ECPublicKey ec) || !SignatureAlgorithm.ES256.fits(key)) {
            throw new IllegalStateException("only P-256 keys are published");
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("use", "sig");
        map.put("kty", "EC");
        map.put("kid", id);
        map.put("crv", "P-256");
        map.put("alg", "ES256");
        map.put("x", base64(padded(ec.getW().getAffineX())));
        map.put("y", base64(padded(ec.getW().getAffineY())));
        return map;
    }

    /** As many bytes as the curve has, whatever the number. */
    private static byte[] padded(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[32];
        int count = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - count, padded, 32 - count, count);
        return padded;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
