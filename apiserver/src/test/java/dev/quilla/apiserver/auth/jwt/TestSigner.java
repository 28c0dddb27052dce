package dev.quilla.apiserver.auth.jwt;

import dev.quilla.model.codec.JsonTree;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Somebody who signs tokens. */
public final class TestSigner {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;

    private TestSigner(KeyPair keys) {
        this.keys = keys;
    }

    /** With an RSA key. */
    public static TestSigner rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new TestSigner(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestSigner curve(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(name));
            return new TestSigner(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestSigner of(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> curve("secp256r1");
            case ES384 -> curve("secp384r1");
            case ES512 -> curve("secp521r1");
            default -> rsa(2048);
        };
    }

    PublicKey publicKey() {
        return keys.getPublic();
    }

    /** A token with these claims. */
    public String token(SignatureAlgorithm algorithm, String kid, Map<String, ?> claims) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", algorithm.name());
        if (!kid.isEmpty()) {
            header.put("kid", kid);
        }
        String signed = part(header) + "." + part(claims);
        return signed + "." + ENCODER.encodeToString(sign(algorithm, signed));
    }

    private byte[] sign(SignatureAlgorithm algorithm, String text) {
        String bits = algorithm.name().substring(2);
        try {
            Signature signature =
                    switch (algorithm.name().substring(0, 2)) {
                        case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
                        case "PS" -> {
                            Signature pss = Signature.getInstance("RSASSA-PSS");
                            pss.setParameter(
                                    new PSSParameterSpec(
                                            "SHA-" + bits,
                                            "MGF1",
                                            new MGF1ParameterSpec("SHA-" + bits),
                                            Integer.parseInt(bits) / 8,
                                            1));
                            yield pss;
                        }
                        default -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
                    };
            signature.initSign(keys.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String part(Map<String, ?> content) {
        return ENCODER.encodeToString(JsonTree.write(content));
    }

    /** An RSA key as a set writes it. */
    public Map<String, Object> tree(String kid) {
        if (!(keys.getPublic() instanceof RSAPublicKey rsa)) {
            throw new IllegalStateException("no RSA key");
        }
        return Map.of(
                "kty",
                "RSA",
                "use",
                "sig",
                "kid",
                kid,
                "n",
                number(rsa.getModulus()),
                "e",
                number(rsa.getPublicExponent()));
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return ENCODER.encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }
}
