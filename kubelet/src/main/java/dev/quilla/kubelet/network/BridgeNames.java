package dev.quilla.kubelet.network;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a node's things in the kernel are called. All carry one short digest of cluster and node, so
 * that nodes which share a kernel stay apart and a dead node's things can be found.
 *
 * @param digest six hexadecimal digits; a device's name has room for no more
 */
record BridgeNames(String digest) {

    private static final int DIGITS = 6;
    private static final int METRIC_BASE = 100_000;

    static BridgeNames of(String clusterId, String nodeName) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((clusterId + "\n" + nodeName).getBytes(StandardCharsets.UTF_8));
            return new BridgeNames(HexFormat.of().formatHex(hash).substring(0, DIGITS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The device that owns the ranges, so that what nobody else takes stays here. */
    String rangeDevice() {
        return "qd" + digest;
    }

    /** The host's end of a pod's cable: the address tells which. */
    String podDevice(InetAddress address) {
        return podDevicePrefix() + "%04x".formatted(Cidr.number(address) & 0xffff);
    }

    String podDevicePrefix() {
        return "qv" + digest + "-";
    }

    String table() {
        return "quilla_" + digest;
    }

    /** Sets this node's routes apart from another's to the same range. */
    int metric() {
        return METRIC_BASE + Integer.parseInt(digest, 16);
    }
}
