package dev.quilla.client.http;

import dev.quilla.pki.CertifiedKey;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts TLS on connections. One context serves as long as the material stays the same, so that later
 * connections resume the session of the first. Thread-safe.
 */
final class TlsSockets {

    private @Nullable Prepared prepared;

    private record Prepared(TlsMaterial material, SSLContext context) {}

    /** Does the handshake, and checks that the server is the one meant. */
    SSLSocket secure(Socket socket, String host, int port, TlsMaterial material)
            throws IOException {
        String name = material.serverName().isEmpty() ? host : material.serverName();
        SSLSocket secured =
                (SSLSocket)
                        context(material).getSocketFactory().createSocket(socket, name, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        if (!material.insecure()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private synchronized SSLContext context(TlsMaterial material) throws IOException {
        if (prepared == null || !prepared.material().equals(material)) {
            prepared = new Prepared(material, create(material));
        }
        return prepared.context();
    }

    private static SSLContext create(TlsMaterial material) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys =
                    material.client().stream()
                            .map(CertifiedKey::keyManager)
                            .toArray(KeyManager[]::new);
            context.init(keys, trust(material), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("can't set up TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager @Nullable [] trust(TlsMaterial material)
            throws GeneralSecurityException, IOException {
        if (material.insecure()) {
            return new TrustManager[] {new TrustAnyone()};
        }
        if (material.authorities().isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (X509Certificate authority : material.authorities()) {
            store.setCertificateEntry("ca-" + number++, authority);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
