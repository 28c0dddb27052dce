package dev.quilla.server.local;

import dev.quilla.client.Transport;
import dev.quilla.client.http.FileCredentials;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Talks to masters of a local cluster as its administrator. */
final class AdminTransport {

    private AdminTransport() {}

    static Transport to(ClusterDirectory directory, List<String> urls) {
        Path pki = directory.pki();
        return new HttpsTransport(
                HttpsOptions.of(
                                urls.stream().map(URI::create).toList(),
                                FileCredentials.mutual(
                                        pki.resolve("ca.crt"),
                                        pki.resolve("admin.crt"),
                                        pki.resolve("admin.key")))
                        .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(5)));
    }
}
