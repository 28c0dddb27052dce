package dev.quilla.kubelet.network;

import java.net.InetAddress;

/**
 * A pod's address.
 *
 * @param ip the address
 */
public record PodAddress(InetAddress ip) {

    /** As it is written in a pod's status. */
    public String text() {
        return ip.getHostAddress();
    }
}
