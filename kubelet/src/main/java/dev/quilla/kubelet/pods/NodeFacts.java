package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.volumes.DownwardFields;
import dev.quilla.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What a node's pods are told of their surroundings.
 *
 * @param name the node's name
 * @param address the node's own address
 * @param clusterDns the name server of pods; empty leaves them the machine's
 * @param clusterDomain the domain of services, such as {@code cluster.local}
 * @param memoryBytes the machine's memory
 * @param mounts whether containers can be given files and directories of the machine
 * @param root whether the kubelet may mount file systems and give files away
 */
public record NodeFacts(
        String name,
        String address,
        List<String> clusterDns,
        String clusterDomain,
        long memoryBytes,
        boolean mounts,
        boolean root) {

    public NodeFacts {
        clusterDns = List.copyOf(clusterDns);
    }

    /** What containers may learn of themselves here. */
    DownwardFields fields() {
        return new DownwardFields(
                Map.of(
                        "cpu",
                        Quantity.of(Runtime.getRuntime().availableProcessors()),
                        "memory",
                        Quantity.ofBytes(memoryBytes)));
    }
}
