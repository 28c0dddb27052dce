package dev.quilla.kubelet.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Addresses of a node's pods, one each, out of the node's /24. What is given is written down first.
 */
final class AddressPool {

    private static final int FIRST = 2;
    private static final int LAST = 254;

    private final Path pods;
    private final String prefix;
    private int next = FIRST;

    /**
     * Gives addresses to the pods of a directory.
     *
     * @param cidr the node's range, such as {@code 127.64.1.0/24}
     */
    AddressPool(Path pods, String cidr) {
        this.pods = pods;
        this.prefix = cidr.substring(0, cidr.lastIndexOf('.') + 1);
    }

    /** The pod's address: the one that it has, or a new one. */
    synchronized String addressOf(PodDirectory pod) throws IOException {
        if (Files.exists(pod.ip())) {
            return Files.readString(pod.ip());
        }
        Set<String> taken = taken();
        for (int tries = FIRST; tries <= LAST; tries++) {
            String address = prefix + next;
            next = next == LAST ? FIRST : next + 1;
            if (!taken.contains(address)) {
                Files.createDirectories(pod.root());
                Files.writeString(pod.ip(), address);
                return address;
            }
        }
        throw new IOException("all addresses of " + prefix + "0/24 are in use");
    }

    private Set<String> taken() throws IOException {
        Set<String> taken = new HashSet<>();
        try (Stream<Path> all = Files.list(pods)) {
            for (Path pod : all.toList()) {
                Path ip = new PodDirectory(pod).ip();
                if (Files.exists(ip)) {
                    taken.add(Files.readString(ip));
                }
            }
        }
        return taken;
    }
}
