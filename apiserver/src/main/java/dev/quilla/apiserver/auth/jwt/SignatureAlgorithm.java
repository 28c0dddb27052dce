package dev.quilla.apiserver.auth.jwt;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * How tokens are signed (RFC 7518, 3.1). Nothing unsigned or with a shared secret is among them.
 */
public enum SignatureAlgorithm {
    /** RSA with PKCS #1 padding. */
    RS256("SHA256withRSA", 0, 0),
    RS384("SHA384withRSA", 0, 0),
    RS512("SHA512withRSA", 0, 0),
    /** RSA with PSS padding. */
    PS256("RSASSA-PSS", 0, 256),
    PS384("RSASSA-PSS", 0, 384),
    PS512("RSASSA-PSS", 0, 512),
    /** Elliptic curves, each with the one that goes with it. */
    ES256("SHA256withECDSAinP1363Format", 256, 0),
    ES384("SHA384withECDSAinP1363Format", 384, 0),
    ES512("SHA512withECDSAinP1363Format", 521, 0);

    private static final int RSA_BITS_MIN = 2048;

    private final String name;
    private final int curveBits;
    private final int pssBits;

    SignatureAlgorithm(String name, int curveBits, int pssBits) {
        this.name = name;
        this.curveBits = curveBits;
        this.pssBits = pssBits;
    }

    static Optional<SignatureAlgorithm> named(String text) {
        return Arrays.stream(values()).filter(a -> a.name().equals(text)).findFirst();
    }

    /** Whether a key is one for it: of the right kind, and strong enough. */
    boolean fits(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> ec.getParams().getOrder().bitLength() == curveBits;
            case RSAPublicKey rsa -> curveBits == 0 && rsa.getModulus().bitLength() >= RSA_BITS_MIN;
            default -> false;
        };
    }

    /** Whether a key's owner has signed that. */
    boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
        if (!fits(key)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(name);
            if (pssBits > 0) {
                String hash = "SHA-" + pssBits;
                verifier.setParameter(
                        new PSSParameterSpec(
                                hash,
                                "MGF1",
                                new MGF1ParameterSpec(hash),
                                pssBits / 8,
                                PSSParameterSpec.TRAILER_FIELD_BC));
            }
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
