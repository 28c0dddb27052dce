package dev.quilla.http;

import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

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
        return context(Optional.empty());
    }

    /** A client's side of TLS, with a certificate of that name. */
    SSLContext client(String name) {
        CertifiedKey own = authority.issue(CertificateRequest.client(name, List.of()));
        return context(Optional.of(own));
    }

    HttpClient http(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(anonymous()).build();
    }

    private SSLContext context(Optional<CertifiedKey> own) {
        return TlsContexts.of(own, List.of(authority.certificate()));
    }
}
