package dev.quilla.server.local;

import dev.quilla.server.config.ConfigException;
import dev.quilla.server.config.ConfigSection;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a local cluster is made of; written once, at the first {@code up}, and kept with its data.
 *
 * @param clusterId random, so that clusters of one machine can be told apart
 * @param masters who the masters are
 * @param workers how many workers
 * @param basePort the port of the kubeconfig; all others follow from it
 * @param address the machine's address under which pods reach the masters
 */
record ClusterSpec(
        String clusterId,
        Roll masters,
        int workers,
        RuntimeMode runtime,
        NetworkMode network,
        int basePort,
        String address) {

    /** Each worker has a /24 of the pod range, but memory ends first. */
    static final int WORKERS_MAX = 50;

    private static final int RAFT_OFFSET = 11;
    private static final int KUBELET_OFFSET = 100;
    private static final int BALANCER_OFFSET = 200;

    private static final String PREFIX = "master";

    /** A new one. */
    ClusterSpec(
            String clusterId,
            int masters,
            int workers,
            RuntimeMode runtime,
            NetworkMode network,
            int basePort,
            String address) {
        this(clusterId, Roll.first(PREFIX, masters), workers, runtime, network, basePort, address);
    }

    /** With other masters. */
    ClusterSpec with(Roll others) {
        return new ClusterSpec(clusterId, others, workers, runtime, network, basePort, address);
    }

    /** A name that no other cluster has. */
    static String newId() {
        byte[] id = new byte[4];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    List<String> masterNames() {
        return masters.names();
    }

    List<String> workerNames() {
        return IntStream.rangeClosed(1, workers).mapToObj(i -> "worker-" + i).toList();
    }

    int apiPort(String master) {
        return basePort + 1 + masters.index(master);
    }

    int raftPort(String master) {
        return basePort + RAFT_OFFSET + masters.index(master);
    }

    int kubeletPort(int worker) {
        return basePort + KUBELET_OFFSET + worker;
    }

    int balancerPort(int worker) {
        return basePort + BALANCER_OFFSET + worker;
    }

    String masterUrl(String master) {
        return "https://127.0.0.1:" + apiPort(master);
    }

    /** What kubectl connects to: whichever master of this machine the kernel picks. */
    String url() {
        return "https://127.0.0.1:" + basePort;
    }

    /**
     * Reads the file written by {@link #write}.
     *
     * @throws ConfigException if it is damaged
     */
    static ClusterSpec read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        ClusterSpec spec =
                new ClusterSpec(
                        root.string("clusterId"),
                        Roll.read(root, "masters", PREFIX),
                        root.count("workers", WORKERS_MAX),
                        root.choice("runtime", RuntimeMode.class),
                        root.choice("network", NetworkMode.class),
                        root.port("basePort"),
                        root.string("address"));
        root.finish();
        return spec;
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                temporary,
                """
                # Written by `quilla up` and `quilla member`; `quilla up` again starts this same cluster.
                clusterId: "%s"
                %sworkers: %d
                runtime: %s
                network: %s
                basePort: %d
                address: "%s"
                """
                        .formatted(
                                clusterId,
                                masters.yaml("masters"),
                                workers,
                                runtime.name().toLowerCase(Locale.ROOT),
                                network.name().toLowerCase(Locale.ROOT),
                                basePort,
                                address));
        Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
