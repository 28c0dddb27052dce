package dev.quilla.kubelet.network;

/**
 * A port of the machine that leads to a pod.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param port the machine's
 * @param podPort where the pod listens
 */
public record HostPort(String protocol, int port, int podPort) {}
