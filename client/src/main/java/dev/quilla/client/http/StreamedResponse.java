package dev.quilla.client.http;

import java.io.InputStream;

/** An answer whose body is read while it comes, such as a log that is followed. */
public final class StreamedResponse implements AutoCloseable {

    private final Exchange exchange;

    StreamedResponse(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The HTTP status code. */
    public int code() {
        return exchange.head().code();
    }

    /** The header fields. */
    public HttpHeaders headers() {
        return exchange.head().headers();
    }

    /** The body; reading waits for as long as it takes. */
    public InputStream body() {
        return exchange.body();
    }

    /** The connection, after a {@code 101}: it speaks another protocol from here on. */
    public UpgradedConnection upgraded() {
        return new UpgradedConnection(exchange.connection(), exchange.head().headers());
    }

    /** Keeps the connection for another call if the answer was read to its end; else ends it. */
    public void done() {
        exchange.close();
    }

    /** Ends it; wakes a thread that reads. Any thread may call it. */
    @Override
    public void close() {
        exchange.connection().close();
        exchange.upload().ifPresent(Upload::stop);
    }
}
