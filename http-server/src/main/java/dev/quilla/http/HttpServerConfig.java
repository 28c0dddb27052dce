package dev.quilla.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a server listens and what it bears.
 *
 * @param name names its threads
 * @param listeners where it listens
 * @param certificates its certificate, and the CA of clients' certificates
 * @param bodyBytesMax larger requests are answered with 413
 * @param requestsMax more requests at once are answered with 503
 * @param idle a connection on which nothing happens between requests is closed after this time
 */
public record HttpServerConfig(
        String name,
        List<Listener> listeners,
        Certificates certificates,
        int bodyBytesMax,
        int requestsMax,
        Duration idle) {

    public HttpServerConfig {
        listeners = List.copyOf(listeners);
    }

    /**
     * An address to listen on.
     *
     * @param port 0 for any free one
     * @param shared whether other processes of this machine may listen there too, and the kernel
     *     spreads connections over them
     */
    public record Listener(String host, int port, boolean shared) {}

    /** Files in PEM form. Clients may show a certificate, and it must then be the CA's. */
    public record Certificates(Path key, Path chain, Path clientCa) {}

    /** Usual limits. */
    public static HttpServerConfig of(
            String name, List<Listener> listeners, Certificates certificates) {
        return new HttpServerConfig(
                name, listeners, certificates, 6 << 20, 4096, Duration.ofMinutes(3));
    }
}
