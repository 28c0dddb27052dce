package dev.quilla.client.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Makes the connections that calls go over; TLS is put on them afterwards. Thread-safe. */
public interface Dialer {

    /** By TCP, to the server's own address. */
    Dialer DIRECT = Wire::connect;

    /**
     * Connects to a server.
     *
     * @param atMost how long it may take
     * @throws IOException if the server can't be reached
     */
    Wire dial(URI server, Duration atMost) throws IOException;

    /** The port that a server listens on, whether its address names one or not. */
    static int port(URI server) {
        return server.getPort() >= 0
                ? server.getPort()
                : server.getScheme().equals("https") ? 443 : 80;
    }
}
