package dev.quilla.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One worker.
 *
 * @param name the node's name
 * @param clusterId tells this cluster from others on the same machines
 * @param dataDir where its pods' files, certificates and plugins live
 * @param sharedDir a directory shared by all workers of this kernel, where they agree who programs
 *     it
 * @param caFile the cluster's CA certificate
 * @param bootstrapTokenFile a token with which the worker asks for its first certificate
 * @param masters the API of every master
 * @param nodeAddress the address under which masters and other nodes reach it
 * @param kubeletPort where the kubelet answers the masters
 * @param balancerPort a port on 127.0.0.1 that leads to whichever master answers
 * @param runtime what runs containers
 * @param network how pods are connected
 * @param labels put on the node beside the usual ones
 */
public record WorkerConfig(
        String name,
        String clusterId,
        Path dataDir,
        Path sharedDir,
        Path caFile,
        Path bootstrapTokenFile,
        List<URI> masters,
        String nodeAddress,
        int kubeletPort,
        int balancerPort,
        RuntimeMode runtime,
        NetworkMode network,
        Map<String, String> labels) {

    public WorkerConfig {
        masters = List.copyOf(masters);
        labels = Map.copyOf(labels);
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    public static WorkerConfig read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        WorkerConfig config =
                new WorkerConfig(
                        root.string("name"),
                        root.string("clusterId"),
                        root.path("dataDir"),
                        root.path("sharedDir"),
                        root.path("caFile"),
                        root.path("bootstrapTokenFile"),
                        root.strings("masters").stream().map(URI::create).toList(),
                        root.string("nodeAddress"),
                        root.port("kubeletPort"),
                        root.port("balancerPort"),
                        root.choice("runtime", RuntimeMode.class),
                        root.choice("network", NetworkMode.class),
                        root.stringMap("labels"));
        if (config.masters().isEmpty()) {
            root.error("masters", "must name at least one master's URL");
        }
        root.finish();
        return config;
    }
}
