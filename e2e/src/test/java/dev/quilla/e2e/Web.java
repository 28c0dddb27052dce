package dev.quilla.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks a web server of the cluster, each time by a new connection and by no proxy. */
final class Web {

    private static final int TIMEOUT_MS = 2000;

    private Web() {}

    /** The page at an address, with a path where that is not the root. */
    static String page(String hostPortAndPath) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection)
                        URI.create(
                                        "http://"
                                                + hostPortAndPath
                                                + (hostPortAndPath.contains("/") ? "" : "/"))
                                .toURL()
                                .openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            connection.disconnect();
        }
    }
}
