package dev.quilla.kubelet.probes;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets an HTTPS probe take any certificate, as Kubernetes' probes do: it asks whether the program
 * is well, by an address that no certificate names, and sends nothing that is secret.
 */
final class TrustAll extends X509ExtendedTrustManager {

    static void apply(HttpURLConnection connection) throws IOException {
        if (connection instanceof HttpsURLConnection https) {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new TrustAll()}, null);
                https.setSSLSocketFactory(context.getSocketFactory());
                https.setHostnameVerifier((host, session) -> true);
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
