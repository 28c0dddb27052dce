package dev.quilla.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/** Key pairs on the curve P-256, which are small and fast; and of RSA for who reads no others. */
public final class KeyPairs {

    private static final int RSA_BITS = 2048;

    private KeyPairs() {}

    /** A new key pair. */
    public static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has P-256", e);
        }
    }

    /** A new key pair of RSA, for kubeconfigs: some client libraries read no other keys. */
    public static KeyPair generateRsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has RSA", e);
        }
    }

    /** Reads a key pair, such as the one that signs service-account tokens, from two PEM files. */
    public static KeyPair load(Path publicFile, Path privateFile) throws IOException {
        return new KeyPair(loadPublic(publicFile), PrivateKeys.read(Files.readString(privateFile)));
    }

    /** Reads a public EC key from a PEM file. */
    public static PublicKey loadPublic(Path file) throws IOException {
        Pem block =
                Pem.parse(Files.readString(file)).stream()
                        .filter(b -> b.label().equals("PUBLIC KEY"))
                        .findFirst()
                        .orElseThrow(() -> new PkiException(file + ": there is no public key"));
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(block.content()));
        } catch (GeneralSecurityException e) {
            throw new PkiException(file + ": not an EC key", e);
        }
    }

    /** Writes a key pair into two PEM files; only the owner may read the private one. */
    public static void save(KeyPair pair, Path publicFile, Path privateFile) throws IOException {
        PrivateFiles.writeSecret(privateFile, bytes("PRIVATE KEY", pair.getPrivate().getEncoded()));
        PrivateFiles.writePublic(publicFile, bytes("PUBLIC KEY", pair.getPublic().getEncoded()));
    }

    private static byte[] bytes(String label, byte[] content) {
        return Pem.of(label, content).text().getBytes(StandardCharsets.US_ASCII);
    }
}
