package dev.quilla.kubelet.network;

import java.net.InetAddress;

/**
 * Another node's pods.
 *
 * @param podCidr its range of pod addresses
 * @param via the node's own address
 */
public record PeerRoute(String podCidr, InetAddress via) {}
