package dev.quilla.http;

import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority with certificates for a server and its clients, in files. */
final class TestPki {

    private final Path directory;
    private final CertificateAuthority authority =
            CertificateAuthority.create("test-ca", Duration.ofDays(1), InstantSource.system());

    TestPki(Path directory) {
        this.directory = directory;
        try {
            Certificates.save(directory.resolve("ca.crt"), List.of(authority.certificate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        issueServer("server");
    }

    /** Writes the server's files anew. */
    void issueServer(String name) {
        CertificateRequest request =
                CertificateRequest.server(name, List.of("localhost"), List.of("127.0.0.1"));
        try {
            authority.issue(request).save(files().chain(), files().key());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpServerConfig.Certificates files() {
        return new HttpServerConfig.Certificates(
                directory.resolve("server.key"),
                directory.resolve("server.crt"),
                directory.resolve("ca.crt"));
    }

    /** A client's side of TLS, without a certificate of its own. */
    SSLContext anonymous() {
        return context(null);
    }

    /** A client's side of TLS, with a certificate of that name. */
    SSLContext client(String name) {
        CertifiedKey own = authority.issue(CertificateRequest.client(name, List.of()));
        return context(new KeyManager[] {own.keyManager()});
    }

    HttpClient http(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(anonymous()).build();
    }

    private SSLContext context(KeyManager @Nullable [] own) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, new char[0]);
            trusted.setCertificateEntry("ca", authority.certificate());
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
