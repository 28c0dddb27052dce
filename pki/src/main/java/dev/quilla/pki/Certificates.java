package dev.quilla.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Reads, writes and looks at X.509 certificates. */
public final class Certificates {

    private static final String LABEL = "CERTIFICATE";

    private Certificates() {}

    /**
     * All certificates of a PEM text, in order.
     *
     * @throws PkiException if there is none, or one is broken
     */
    public static List<X509Certificate> parse(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Pem block : Pem.parse(pem)) {
                if (block.label().equals(LABEL)) {
                    certificates.add(
                            (X509Certificate)
                                    factory.generateCertificate(
                                            new ByteArrayInputStream(block.content())));
                }
            }
        } catch (CertificateException e) {
            throw new PkiException("broken certificate: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new PkiException("there is no certificate");
        }
        return List.copyOf(certificates);
    }

    /** Reads a file of certificates. */
    public static List<X509Certificate> load(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (PkiException e) {
            throw new PkiException(file + ": " + e.getMessage(), e);
        }
    }

    /** As PEM text, in order. */
    public static String toPem(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(c -> Pem.of(LABEL, encoded(c)).text())
                .collect(Collectors.joining());
    }

    /** Writes a file of certificates that everybody may read. */
    public static void save(Path file, List<X509Certificate> certificates) throws IOException {
        PrivateFiles.writePublic(file, toPem(certificates).getBytes(StandardCharsets.US_ASCII));
    }

    /** The SHA-256 digest of a certificate, in lower-case hex. */
    public static String fingerprint(X509Certificate certificate) {
        return sha256(encoded(certificate));
    }

    /** The SHA-256 digest of a certificate's public key, in lower-case hex: survives a renewal. */
    public static String publicKeyHash(X509Certificate certificate) {
        return sha256(certificate.getPublicKey().getEncoded());
    }

    /** When a certificate ends. */
    public static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    /** Whether a certificate is over, or will be within that time: renew it now. */
    public static boolean expiresWithin(X509Certificate certificate, Duration within, Instant now) {
        return !certificate.getNotAfter().toInstant().isAfter(now.plus(within));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new PkiException("can't encode a certificate", e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
