package dev.quilla.kubelet.network;

import java.nio.file.Path;

/**
 * One node's part of the cluster's network.
 *
 * @param clusterId several clusters may share a machine
 * @param nodeName several nodes may share a machine
 * @param podCidr this node's range of pod addresses
 * @param clusterCidr all nodes' ranges together
 * @param serviceCidr the range of service addresses
 * @param directory where allocations are kept
 */
public record BridgeConfig(
        String clusterId,
        String nodeName,
        Cidr podCidr,
        Cidr clusterCidr,
        Cidr serviceCidr,
        Path directory) {}
