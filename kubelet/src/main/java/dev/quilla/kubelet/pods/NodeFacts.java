package dev.quilla.kubelet.pods;

import java.util.List;

/**
 * What a node's pods are told of their surroundings.
 *
 * @param name the node's name
 * @param address the node's own address
 * @param clusterDns the name server of pods; empty leaves them the machine's
 * @param clusterDomain the domain of services, such as {@code cluster.local}
 * @param memoryBytes the machine's memory
 * @param mounts whether containers can be given files and directories of the machine
 */
public record NodeFacts(
        String name,
        String address,
        List<String> clusterDns,
        String clusterDomain,
        long memoryBytes,
        boolean mounts) {

    public NodeFacts {
        clusterDns = List.copyOf(clusterDns);
    }
}
