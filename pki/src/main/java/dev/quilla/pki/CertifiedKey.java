package dev.quilla.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A private key and the certificates that say whose it is.
 *
 * @param chain the key's own certificate first, then those of its issuers if there are any
 */
public record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {

    public CertifiedKey {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a certified key needs a certificate");
        }
    }

    /**
     * Reads both from PEM texts.
     *
     * @throws PkiException if one can't be read
     */
    public static CertifiedKey parse(String certificatePem, String keyPem) {
        return new CertifiedKey(PrivateKeys.read(keyPem), Certificates.parse(certificatePem));
    }

    /** Reads both from PEM files, which may be the same. */
    public static CertifiedKey load(Path certificateFile, Path keyFile) throws IOException {
        try {
            return new CertifiedKey(
                    PrivateKeys.read(Files.readString(keyFile)),
                    Certificates.load(certificateFile));
        } catch (PkiException e) {
            throw new PkiException(keyFile + ": " + e.getMessage(), e);
        }
    }

    /** Writes two PEM files; only the owner may read the key. */
    public void save(Path certificateFile, Path keyFile) throws IOException {
        PrivateFiles.writeSecret(keyFile, keyPem().getBytes(StandardCharsets.US_ASCII));
        Certificates.save(certificateFile, chain);
    }

    /** The key's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Presents these certificates to whoever asks, as a client or as a server. */
    public X509ExtendedKeyManager keyManager() {
        return new FixedKeyManager(this);
    }

    /** The certificates as PEM. */
    public String certificatePem() {
        return Certificates.toPem(chain);
    }

    /** The key as PEM. */
    public String keyPem() {
        return Pem.of("PRIVATE KEY", key.getEncoded()).text();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "CertifiedKey[" + certificate().getSubjectX500Principal() + "]";
    }
}
