package dev.quilla.kubelet;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One kubelet.
 *
 * @param nodeName the node that it stands for
 * @param dataDir where its certificates and its pods' files live
 * @param caFile the cluster's CA
 * @param bootstrapTokenFile with which it asks for its first certificate
 * @param masters where the API answers, best first
 * @param nodeAddress under which the masters reach it
 * @param port where it answers the masters
 * @param labels of the node
 * @param clusterDns the name server of pods; empty leaves them the machine's
 * @param clusterDomain the domain of services
 */
public record KubeletConfig(
        String nodeName,
        Path dataDir,
        Path caFile,
        Path bootstrapTokenFile,
        List<URI> masters,
        String nodeAddress,
        int port,
        Map<String, String> labels,
        List<String> clusterDns,
        String clusterDomain) {

    public KubeletConfig {
        masters = List.copyOf(masters);
        labels = Map.copyOf(labels);
        clusterDns = List.copyOf(clusterDns);
    }
}
