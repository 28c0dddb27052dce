package dev.quilla.http;

import java.nio.file.Path;
import java.util.List;

/**
 * How a server listens and what it bears.
 *
 * @param name names its threads
 * @param listeners where it listens
 * @param certificates its certificate, and the CA of clients' certificates
 * @param limits what it bears
 */
public record HttpServerConfig(
        String name, List<Listener> listeners, Certificates certificates, Limits limits) {

    public HttpServerConfig {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("a server needs an address to listen on");
        }
    }

    /**
     * An address to listen on.
     *
     * @param port 0 for any free one
     * @param shared whether other processes of this machine may listen there too, and the kernel
     *     spreads connections over them
     */
    public record Listener(String host, int port, boolean shared) {

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Files in PEM form; when they change, new connections get the new ones. Clients may show a
     * certificate, and it must then be the CA's.
     */
    public record Certificates(Path key, Path chain, Path clientCa) {}

    /** Usual limits. */
    public static HttpServerConfig of(
            String name, List<Listener> listeners, Certificates certificates) {
        return new HttpServerConfig(name, listeners, certificates, Limits.USUAL);
    }

    /** The same with other limits. */
    public HttpServerConfig withLimits(Limits other) {
        return new HttpServerConfig(name, listeners, certificates, other);
    }
}
