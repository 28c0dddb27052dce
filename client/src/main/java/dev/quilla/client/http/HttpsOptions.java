package dev.quilla.client.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * How to reach the API.
 *
 * @param servers base addresses of servers that are as good as each other, best first; {@code http}
 *     is for tests
 * @param tls asked for each new connection, so that keys can be renewed; must be quick and may
 *     return the same object again
 * @param bearerToken asked for each call; empty for none
 * @param connectTimeout for the connection and TLS together
 * @param responseTimeout until the head of an answer, and between two pieces of its body
 * @param bodyBytesMax longer answers are refused
 * @param dialer how connections are made
 */
public record HttpsOptions(
        List<URI> servers,
        Supplier<TlsMaterial> tls,
        Supplier<String> bearerToken,
        String userAgent,
        Duration connectTimeout,
        Duration responseTimeout,
        int bodyBytesMax,
        Dialer dialer) {

    private static final int BODY_BYTES_MAX = 256 << 20;

    public HttpsOptions {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("no server to talk to");
        }
    }

    /** Connects directly. */
    public HttpsOptions(
            List<URI> servers,
            Supplier<TlsMaterial> tls,
            Supplier<String> bearerToken,
            String userAgent,
            Duration connectTimeout,
            Duration responseTimeout,
            int bodyBytesMax) {
        this(
                servers,
                tls,
                bearerToken,
                userAgent,
                connectTimeout,
                responseTimeout,
                bodyBytesMax,
                Dialer.DIRECT);
    }

    /** The usual limits. */
    public static HttpsOptions of(List<URI> servers, Supplier<TlsMaterial> tls) {
        return new HttpsOptions(
                servers,
                tls,
                () -> "",
                "quilla",
                Duration.ofSeconds(5),
                Duration.ofSeconds(35),
                BODY_BYTES_MAX,
                Dialer.DIRECT);
    }

    /** The usual limits, with keys that stay. */
    public static HttpsOptions of(List<URI> servers, TlsMaterial tls) {
        return of(servers, () -> tls);
    }

    /** The same with a token that says who calls. */
    public HttpsOptions withBearerToken(Supplier<String> token) {
        return new HttpsOptions(
                servers,
                tls,
                token,
                userAgent,
                connectTimeout,
                responseTimeout,
                bodyBytesMax,
                dialer);
    }

    /** The same under another name in the servers' logs. */
    public HttpsOptions withUserAgent(String name) {
        return new HttpsOptions(
                servers,
                tls,
                bearerToken,
                name,
                connectTimeout,
                responseTimeout,
                bodyBytesMax,
                dialer);
    }

    /** The same with other patience. */
    public HttpsOptions withTimeouts(Duration connect, Duration response) {
        return new HttpsOptions(
                servers, tls, bearerToken, userAgent, connect, response, bodyBytesMax, dialer);
    }

    /** The same that connects in another way. */
    public HttpsOptions withDialer(Dialer other) {
        return new HttpsOptions(
                servers,
                tls,
                bearerToken,
                userAgent,
                connectTimeout,
                responseTimeout,
                bodyBytesMax,
                other);
    }
}
