package dev.quilla.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request and its answer. Used by one thread; {@link #onCancel} actions run on another. */
public interface HttpExchange {

    /** The method, in upper case. */
    String method();

    /** The path, decoded. */
    String path();

    /** Path and query as they were sent. */
    String target();

    /** The query's parameters, decoded. */
    Map<String, List<String>> query();

    /** The request's header fields. */
    Headers headers();

    /** The certificate that the client showed, verified against the CA. */
    Optional<X509Certificate> clientCertificate();

    /** Who is at the other end. */
    InetSocketAddress remote();

    /** The whole body. */
    byte[] body();

    /** Answers at once. */
    void respond(int status, Headers headers, byte[] body) throws IOException;

    /**
     * Answers bit by bit. Writing waits while the client does not read; it fails when the client is
     * gone. Closing ends the answer.
     */
    OutputStream stream(int status, Headers headers) throws IOException;

    /** Answers with 101 and hands over the connection. */
    Upgraded upgrade(Headers headers) throws IOException;

    /** Does something when the client goes away before the answer is complete. */
    void onCancel(Runnable action);
}
