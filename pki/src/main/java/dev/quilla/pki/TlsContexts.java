package dev.quilla.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** One side of TLS: what it shows of itself, and whom it believes. */
public final class TlsContexts {

    private TlsContexts() {}

    /**
     * Believes whoever has a certificate of one of these authorities.
     *
     * @param own what it shows; empty if nothing
     * @param authorities empty for those that the JVM trusts
     */
    public static SSLContext of(Optional<CertifiedKey> own, List<X509Certificate> authorities) {
        try {
            return create(own, authorities.isEmpty() ? null : trust(authorities));
        } catch (GeneralSecurityException | IOException e) {
            throw new PkiException("can't set up TLS: " + e.getMessage(), e);
        }
    }

    /** Believes whom that manager believes. */
    public static SSLContext of(Optional<CertifiedKey> own, TrustManager trust) {
        try {
            return create(own, new TrustManager[] {trust});
        } catch (GeneralSecurityException e) {
            throw new PkiException("can't set up TLS: " + e.getMessage(), e);
        }
    }

    private static SSLContext create(Optional<CertifiedKey> own, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = own.stream().map(CertifiedKey::keyManager).toArray(KeyManager[]::new);
        context.init(keys, trust, null);
        return context;
    }

    private static TrustManager[] trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca-" + store.size(), authority);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
