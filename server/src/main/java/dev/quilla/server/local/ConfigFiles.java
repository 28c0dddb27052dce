package dev.quilla.server.local;

import dev.quilla.server.config.NetworkMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the configuration of each process of a local cluster. */
final class ConfigFiles {

    private final ClusterDirectory directory;
    private final ClusterSpec spec;

    ConfigFiles(ClusterDirectory directory, ClusterSpec spec) {
        this.directory = directory;
        this.spec = spec;
    }

    void writeMaster(String name) throws IOException {
        Set<String> listen = new LinkedHashSet<>(Set.of("127.0.0.1"));
        listen.add(spec.address());
        String members =
                spec.masterNames().stream()
                        .map(m ->
                                """
                                - {name: %s, host: 127.0.0.1, port: %d, apiUrl: "%s"}
                                """
                                        .formatted(m, spec.raftPort(m), spec.masterUrl(m)))
                        .collect(Collectors.joining());
        write(
                name,
                """
                name: %s
                clusterId: "%s"
                dataDir: "%s"
                pkiDir: "%s"
                network: %s
                api:
                  advertiseAddress: "%s"
                  listenAddresses: [%s]
                  port: %d
                  sharedPort: %d
                join: %b
                members:
                %s%s\
                """
                        .formatted(
                                name,
                                spec.clusterId(),
                                directory.data(name).resolve("raft"),
                                directory.pki(),
                                network(),
                                spec.address(),
                                listen.stream()
                                        .map(a -> '"' + a + '"')
                                        .collect(Collectors.joining(", ")),
                                spec.apiPort(name),
                                spec.basePort(),
                                spec.masters().hasJoined(name),
                                members,
                                settings()));
    }

    /** What people want of all masters beside what a local cluster needs. */
    private String settings() throws IOException {
        Path file = directory.mastersSettings();
        return Files.exists(file) ? Files.readString(file) : "";
    }

    void writeWorker(int index) throws IOException {
        String name = spec.workerNames().get(index);
        String masters =
                spec.masterNames().stream()
                        .map(m -> '"' + spec.masterUrl(m) + '"')
                        .collect(Collectors.joining(", "));
        write(
                name,
                """
                name: %s
                clusterId: "%s"
                dataDir: "%s"
                sharedDir: "%s"
                caFile: "%s"
                bootstrapTokenFile: "%s"
                masters: [%s]
                nodeAddress: "%s"
                kubeletPort: %d
                balancerPort: %d
                runtime: %s
                network: %s
                """
                        .formatted(
                                name,
                                spec.clusterId(),
                                directory.data(name).resolve("data"),
                                directory.shared(),
                                directory.pki().resolve("ca.crt"),
                                directory.bootstrapToken(),
                                masters,
                                spec.network() == NetworkMode.LOOPBACK
                                        ? "127.0.0.1"
                                        : spec.address(),
                                spec.kubeletPort(index),
                                spec.balancerPort(index),
                                spec.runtime().name().toLowerCase(Locale.ROOT),
                                network()));
    }

    private String network() {
        return spec.network().name().toLowerCase(Locale.ROOT);
    }

    private void write(String process, String text) throws IOException {
        Path file = directory.config(process);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
