package dev.quilla.e2e.robustness;

import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.store.raft.RaftStoreConfig;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The members' certificates and configurations. */
record MemberFiles(Path folder) {

    static final int CLIENT_PORT = 2379;

    private static final int PEER_PORT = 2380;
    private static final String CLIENTS_NETWORK = "10.213.77.";

    /** The address of this machine, where clients are. */
    static final String CLIENTS_ADDRESS = CLIENTS_NETWORK + "1/24";

    static String name(int i) {
        return "m" + (i + 1);
    }

    /** Where clients reach a member; other members do by {@link PeerNetwork#address}. */
    static String address(int i) {
        return CLIENTS_NETWORK + (11 + i);
    }

    Path config(int i) {
        return folder.resolve(name(i) + ".yaml");
    }

    Path log(int i) {
        return folder.resolve(name(i) + ".log");
    }

    void write(int count, List<Disk> disks) throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("robust", Duration.ofDays(2), InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        for (int i = 0; i < count; i++) {
            save(authority, name(i), List.of(address(i), PeerNetwork.address(i)));
            Files.writeString(config(i), config(i, count, disks.get(i).data()));
        }
        save(authority, "client", List.of());
    }

    private void save(CertificateAuthority authority, String name, List<String> addresses)
            throws IOException {
        authority
                .issue(
                        CertificateRequest.peer(name, List.of(name), addresses)
                                .withOrganizations(List.of(RaftStoreConfig.Tls.ORGANIZATION)))
                .save(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    }

    private String config(int i, int count, Path data) {
        String members =
                IntStream.range(0, count)
                        .mapToObj(m ->
                                "- {name: %s, host: %s, peerPort: %d, clientPort: %d}"
                                        .formatted(
                                                name(m),
                                                PeerNetwork.address(m),
                                                PEER_PORT,
                                                CLIENT_PORT))
                        .collect(Collectors.joining("\n"));
        return """
        name: %s
        clusterId: robust
        dataDir: %s
        pkiDir: %s
        listenAddress: %s
        members:
        %s
        """
                .formatted(name(i), data, folder, address(i), members);
    }

    /** A client's. */
    SslContext tls() throws IOException {
        return GrpcSslContexts.forClient()
                .keyManager(
                        folder.resolve("client.crt").toFile(),
                        folder.resolve("client.key").toFile())
                .trustManager(folder.resolve("ca.crt").toFile())
                .build();
    }
}
