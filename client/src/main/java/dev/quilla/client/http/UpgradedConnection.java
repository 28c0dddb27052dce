package dev.quilla.client.http;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection that speaks another protocol from here on. One thread may read while another writes.
 */
public final class UpgradedConnection implements AutoCloseable {

    private final HttpConnection connection;
    private final HttpHeaders headers;
    private final InputStream in;

    UpgradedConnection(HttpConnection connection, HttpHeaders headers) {
        this.connection = connection;
        this.headers = headers;
        this.in = connection.rawInput();
    }

    /** The header fields with which the server agreed. */
    public HttpHeaders headers() {
        return headers;
    }

    /** What the server sends; reading waits for as long as it takes. */
    public InputStream in() {
        return in;
    }

    /** What the server is to get; each write is sent at once. */
    public OutputStream out() {
        return connection.rawOutput();
    }

    /** Ends it; wakes a thread that reads. Any thread may call it. */
    @Override
    public void close() {
        connection.close();
    }
}
