package dev.quilla.apiserver.transcript;

import dev.quilla.client.http.TlsMaterial;
import dev.quilla.http.HttpHandler;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Servers with certificates of one authority, each on a free port of the loopback address. */
public final class TlsServers {

    private final CertificateAuthority authority =
            CertificateAuthority.create("test", Duration.ofDays(1), InstantSource.system());

    /** A client's side, without a certificate of its own. */
    public TlsMaterial tls() {
        return TlsMaterial.trusting(List.of(authority.certificate()));
    }

    /**
     * Starts one.
     *
     * @param directory where its certificate is kept
     * @param names those in its certificate, beside its address
     */
    public HttpServer start(Path directory, String name, List<String> names, HttpHandler handler)
            throws IOException {
        Path key = directory.resolve(name + ".key");
        Path chain = directory.resolve(name + ".crt");
        Path ca = directory.resolve("ca.crt");
        authority
                .issue(CertificateRequest.server(name, names, List.of("127.0.0.1")))
                .save(chain, key);
        authority.save(ca, directory.resolve("ca.key"));
        HttpServer server =
                new HttpServer(
                        HttpServerConfig.of(
                                name,
                                List.of(new HttpServerConfig.Listener("127.0.0.1", 0, false)),
                                new HttpServerConfig.Certificates(key, chain, ca)),
                        handler);
        server.start();
        return server;
    }

    /** Where one listens. */
    public static URI uri(HttpServer server) {
        return URI.create("https://127.0.0.1:" + server.port());
    }
}
