package dev.quilla.plugin;

import java.util.List;

/**
 * The node that a network proxy works on.
 *
 * @param clusterId marks what belongs to this cluster in a kernel that several may share
 * @param nodeName the node's name
 * @param nodeAddresses addresses on which node ports are served
 * @param serviceRange the range of service addresses, as CIDR
 * @param podRange the range of all pods' addresses, as CIDR
 * @param nodePodRange the range of this node's pods, as CIDR
 */
public record ProxyContext(
        String clusterId,
        String nodeName,
        List<String> nodeAddresses,
        String serviceRange,
        String podRange,
        String nodePodRange) {

    public ProxyContext {
        nodeAddresses = List.copyOf(nodeAddresses);
    }
}
