package dev.quilla.apiserver.kinds;

import dev.quilla.model.Bytes;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.Pem;
import dev.quilla.pki.PkiException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Secrets for TLS whose certificate and key can't be used together. */
final class TlsWarnings {

    private static final byte[] SIGNED = {1, 2, 3};

    private TlsWarnings() {}

    static void check(Secret secret, Consumer<String> tell) {
        String certificate = text(secret, "tls.crt");
        String key = text(secret, "tls.key");
        certificate(labels(certificate))
                .or(() -> key(labels(key)))
                .or(() -> pair(certificate, key))
                .ifPresent(tell);
    }

    private static String text(Secret secret, String key) {
        return secret.data().getOrDefault(key, Bytes.EMPTY).toUtf8();
    }

    /** What a text holds; nothing if one of its blocks is broken. */
    private static List<String> labels(String text) {
        try {
            return Pem.parse(text).stream()
                    .filter(block -> block.content().length > 0)
                    .map(Pem::label)
                    .toList();
        } catch (PkiException e) {
            return List.of();
        }
    }

    private static boolean isKey(String label) {
        return label.equals("PRIVATE KEY") || label.endsWith(" PRIVATE KEY");
    }

    private static Optional<String> certificate(List<String> labels) {
        if (labels.contains("CERTIFICATE")) {
            return Optional.empty();
        }
        if (labels.isEmpty()) {
            return Optional.of("tls: failed to find any PEM data in certificate input");
        }
        return Optional.of(
                labels.size() == 1 && isKey(labels.getFirst())
                        ? "tls: failed to find certificate PEM data in certificate input, but did"
                                + " find a private key; PEM inputs may have been switched"
                        : "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after"
                                + " skipping PEM blocks of the following types: ["
                                + String.join(" ", labels)
                                + "]");
    }

    private static Optional<String> key(List<String> labels) {
        if (labels.stream().anyMatch(TlsWarnings::isKey)) {
            return Optional.empty();
        }
        if (labels.isEmpty()) {
            return Optional.of("tls: failed to find any PEM data in key input");
        }
        return Optional.of(
                labels.equals(List.of("CERTIFICATE"))
                        ? "tls: found a certificate rather than a key in the PEM for the private"
                                + " key"
                        : "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key"
                                + " input after skipping PEM blocks of the following types: ["
                                + String.join(" ", labels)
                                + "]");
    }

    private static Optional<String> pair(String certificate, String key) {
        PublicKey of;
        try {
            of = Certificates.parse(certificate).getFirst().getPublicKey();
        } catch (PkiException e) {
            return Optional.of("x509: malformed certificate");
        }
        PrivateKey with;
        try {
            with = CertifiedKey.parse(certificate, key).key();
        } catch (PkiException e) {
            return Optional.of("tls: failed to parse private key");
        }
        if (!of.getAlgorithm().equals(with.getAlgorithm())) {
            return Optional.of("tls: private key type does not match public key type");
        }
        return fit(of, with)
                ? Optional.empty()
                : Optional.of("tls: private key does not match public key");
    }

    /** What one has signed, the other finds signed. */
    private static boolean fit(PublicKey of, PrivateKey with) {
        try {
            Signature signature =
                    Signature.getInstance(
                            switch (of.getAlgorithm()) {
                                case "RSA" -> "SHA256withRSA";
                                case "EC" -> "SHA256withECDSA";
                                default -> "EdDSA";
                            });
            signature.initSign(with);
            signature.update(SIGNED);
            byte[] signed = signature.sign();
            signature.initVerify(of);
            signature.update(SIGNED);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
