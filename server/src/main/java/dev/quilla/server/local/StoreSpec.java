package dev.quilla.server.local;

import dev.quilla.etcd.ClientTls;
import dev.quilla.server.config.ConfigException;
import dev.quilla.server.config.ConfigSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What a local store is made of; kept with its data.
 *
 * @param members who is in it
 * @param basePort the first member's port for clients; all others follow from it
 * @param plaintext whether it is served without TLS
 */
record StoreSpec(String clusterId, Roll members, int basePort, boolean plaintext) {

    private static final String PREFIX = "member";

    /** A new one. */
    StoreSpec(String clusterId, int members, int basePort, boolean plaintext) {
        this(clusterId, Roll.first(PREFIX, members), basePort, plaintext);
    }

    List<String> names() {
        return members.names();
    }

    /** With other members. */
    StoreSpec with(Roll others) {
        return new StoreSpec(clusterId, others, basePort, plaintext);
    }

    /** First come the clients' ports of those who were there first, then their peers' ports. */
    int clientPort(String name) {
        int index = members.index(name);
        int later = index - members.first();
        return later < 0 ? basePort + index : basePort + 2 * members.first() + 2 * later;
    }

    int peerPort(String name) {
        return members.index(name) < members.first()
                ? clientPort(name) + members.first()
                : clientPort(name) + 1;
    }

    /** What a client shows and trusts; empty if it is served without TLS. */
    Optional<ClientTls> clientTls(ClusterDirectory directory) {
        Path pki = directory.pki();
        return plaintext
                ? Optional.empty()
                : Optional.of(
                        new ClientTls(
                                pki.resolve("client.key"),
                                pki.resolve("client.crt"),
                                pki.resolve("ca.crt")));
    }

    /**
     * A new store.
     *
     * @throws LocalClusterException if there can't be such a one
     */
    static StoreSpec fresh(int members, int basePort, boolean plaintext) {
        if (members < 1 || members > Roll.MAX) {
            throw new LocalClusterException("--members must be from 1 to " + Roll.MAX);
        }
        return new StoreSpec(ClusterSpec.newId(), members, basePort, plaintext);
    }

    /**
     * Reads the file written by {@link #write}.
     *
     * @throws ConfigException if it is damaged
     */
    static StoreSpec read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        StoreSpec spec =
                new StoreSpec(
                        root.string("clusterId"),
                        Roll.read(root, "members", PREFIX),
                        root.port("basePort"),
                        root.flag("plaintext", false));
        root.finish();
        return spec;
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                temporary,
                """
                # Written by `quilla store --dir` and `quilla member`; the former again starts this same store.
                clusterId: "%s"
                %sbasePort: %d
                plaintext: %b
                """
                        .formatted(clusterId, members.yaml("members"), basePort, plaintext));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
