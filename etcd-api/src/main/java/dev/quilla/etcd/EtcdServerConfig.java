package dev.quilla.etcd;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how the front is served.
 *
 * @param address where it listens
 * @param tls its certificate, and the CA that clients' certificates must be signed by; without it
 *     anyone who reaches the address may do everything, so it must be a loopback one
 * @param progressEvery how often a watch on which nothing happens is told so, if it wants to be
 */
public record EtcdServerConfig(
        InetSocketAddress address, Optional<Tls> tls, Duration progressEvery) {

    /** As etcd has it. */
    public static final Duration PROGRESS_EVERY = Duration.ofMinutes(10);

    /** Files in PEM form. */
    public record Tls(Path key, Path chain, Path clientCa) {}

    public EtcdServerConfig {
        if (tls.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "without TLS it is served on a loopback address only, not on "
                            + address.getHostString());
        }
    }
}
