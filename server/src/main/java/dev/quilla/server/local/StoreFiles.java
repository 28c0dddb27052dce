package dev.quilla.server.local;

import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What the members of a local store find when they start. */
final class StoreFiles {

    private static final Duration CA_VALIDITY = Duration.ofDays(3650);

    private final ClusterDirectory directory;

    StoreFiles(ClusterDirectory directory) {
        this.directory = directory;
    }

    /** Certificates and keys of the members and of a client; what is there is kept. */
    void createPki(StoreSpec spec) throws IOException {
        Path pki = directory.pki();
        Files.createDirectories(pki);
        CertificateAuthority authority =
                Files.exists(pki.resolve("ca.key"))
                        ? CertificateAuthority.load(
                                pki.resolve("ca.crt"),
                                pki.resolve("ca.key"),
                                InstantSource.system())
                        : create(spec, pki);
        for (String name : spec.names()) {
            issue(
                    authority,
                    name,
                    CertificateRequest.peer(name, List.of("localhost", name), List.of("127.0.0.1"))
                            .withOrganizations(List.of(RaftStoreConfig.Tls.ORGANIZATION)));
        }
        issue(authority, "client", CertificateRequest.client("client", List.of()));
    }

    private static CertificateAuthority create(StoreSpec spec, Path pki) throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create(
                        "quilla-store-" + spec.clusterId(), CA_VALIDITY, InstantSource.system());
        authority.save(pki.resolve("ca.crt"), pki.resolve("ca.key"));
        return authority;
    }

    private void issue(CertificateAuthority authority, String name, CertificateRequest request)
            throws IOException {
        Path key = directory.pki().resolve(name + ".key");
        if (!Files.exists(key)) {
            authority.issue(request).save(directory.pki().resolve(name + ".crt"), key);
        }
    }

    /** The configuration of a member. */
    void writeConfig(StoreSpec spec, String name) throws IOException {
        StringBuilder members = new StringBuilder();
        for (String member : spec.names()) {
            members.append(
                    "- {name: %s, host: 127.0.0.1, peerPort: %d, clientPort: %d}\n"
                            .formatted(member, spec.peerPort(member), spec.clientPort(member)));
        }
        Path file = directory.config(name);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                name: %s
                clusterId: "%s"
                dataDir: "%s"
                %s
                join: %b
                members:
                %s\
                """
                        .formatted(
                                name,
                                spec.clusterId(),
                                directory.data(name).resolve("raft"),
                                spec.plaintext()
                                        ? "plaintext: true"
                                        : "pkiDir: \"%s\"".formatted(directory.pki()),
                                spec.members().hasJoined(name),
                                members));
    }
}
