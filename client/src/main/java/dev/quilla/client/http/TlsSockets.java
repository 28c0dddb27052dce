package dev.quilla.client.http;

import dev.quilla.pki.PkiException;
import dev.quilla.pki.TlsContexts;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
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
            return material.insecure()
                    ? TlsContexts.of(material.client(), new TrustAnyone())
                    : TlsContexts.of(material.client(), material.authorities());
        } catch (PkiException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
