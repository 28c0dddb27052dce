package dev.quilla.pki;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Reads private keys in the forms that tools write. */
final class PrivateKeys {

    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private PrivateKeys() {}

    static PrivateKey read(String pem) {
        Pem block =
                Pem.parse(pem).stream()
                        .filter(b -> b.label().endsWith("PRIVATE KEY"))
                        .findFirst()
                        .orElseThrow(() -> new PkiException("there is no private key"));
        return switch (block.label()) {
            case "PRIVATE KEY" -> pkcs8(block.content());
            case "EC PRIVATE KEY", "RSA PRIVATE KEY" -> pkcs8(Older.toPkcs8(block));
            default -> throw new PkiException("can't read a " + block.label());
        };
    }

    private static PrivateKey pkcs8(byte[] encoded) {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Of another algorithm: try that one.
                continue;
            } catch (GeneralSecurityException e) {
                throw new PkiException("no " + algorithm + " keys on this JVM", e);
            }
        }
        throw new PkiException("the private key is neither EC, RSA nor EdDSA");
    }

    /** The forms from before PKCS#8. A class of its own: loads Bouncy Castle only when needed. */
    private static final class Older {
        static byte[] toPkcs8(Pem block) {
            try (PEMParser parser = new PEMParser(new StringReader(block.text()))) {
                return switch (parser.readObject()) {
                    case PEMKeyPair pair -> pair.getPrivateKeyInfo().getEncoded();
                    case PrivateKeyInfo info -> info.getEncoded();
                    case null, default -> throw new PkiException("can't read " + block.label());
                };
            } catch (IOException e) {
                throw new PkiException("can't read " + block.label() + ": " + e.getMessage(), e);
            }
        }
    }
}
