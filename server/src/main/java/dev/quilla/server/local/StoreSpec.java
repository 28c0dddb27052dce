package dev.quilla.server.local;

import dev.quilla.server.config.ConfigException;
import dev.quilla.server.config.ConfigSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a local store is made of; written once and kept with its data.
 *
 * @param members how many
 * @param basePort the first member's port for clients; all others follow from it
 * @param plaintext whether it is served without TLS
 */
record StoreSpec(String clusterId, int members, int basePort, boolean plaintext) {

    List<String> names() {
        return IntStream.rangeClosed(1, members).mapToObj(i -> "member-" + i).toList();
    }

    int clientPort(int member) {
        return basePort + member;
    }

    int peerPort(int member) {
        return basePort + members + member;
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
                        root.count("members", ClusterSpec.MASTERS_MAX),
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
                # Written by the first `quilla store --dir`; the same command again starts this same store.
                clusterId: "%s"
                members: %d
                basePort: %d
                plaintext: %b
                """
                        .formatted(clusterId, members, basePort, plaintext));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
