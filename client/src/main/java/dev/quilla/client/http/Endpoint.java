package dev.quilla.client.http;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** A server, with connections to it that wait for the next call. Thread-safe. */
final class Endpoint implements AutoCloseable {

    private static final int IDLE_MAX = 16;
    private static final long IDLE_NANOS_MAX = 45_000_000_000L;
    private static final long TRUSTED_NANOS = 200_000_000L;

    private final URI server;
    private final HttpsOptions options;
    private final TlsSockets tls;
    private final LongSupplier nanos;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private record Idle(HttpConnection connection, long since) {}

    Endpoint(URI server, HttpsOptions options, TlsSockets tls, LongSupplier nanos) {
        this.server = server;
        this.options = options;
        this.tls = tls;
        this.nanos = nanos;
    }

    URI server() {
        return server;
    }

    /** A new connection. */
    HttpConnection connect() throws IOException {
        TlsMaterial material = options.tls().get();
        HttpConnection connection =
                HttpConnection.open(server, options, tls, material, open::remove);
        open.add(connection);
        if (closed) {
            connection.close();
            throw new IOException("the transport is closed");
        }
        return connection;
    }

    /** A connection that served before and is still there, the one used last. */
    Optional<HttpConnection> reuse() {
        TlsMaterial material = options.tls().get();
        while (true) {
            Idle last;
            synchronized (this) {
                last = idle.pollLast();
            }
            if (last == null) {
                return Optional.empty();
            }
            long age = nanos.getAsLong() - last.since();
            HttpConnection connection = last.connection();
            if (age < IDLE_NANOS_MAX
                    && connection.uses(material)
                    && (age < TRUSTED_NANOS || connection.alive())) {
                return Optional.of(connection);
            }
            connection.close();
        }
    }

    /** Takes back a connection whose answer was read to its end. */
    void release(HttpConnection connection) {
        Idle oldest = null;
        synchronized (this) {
            if (!closed) {
                idle.addLast(new Idle(connection, nanos.getAsLong()));
                oldest = idle.size() > IDLE_MAX ? idle.removeFirst() : null;
            }
        }
        if (oldest != null) {
            oldest.connection().close();
        }
    }

    /** Gives up connections that wait: one of them turned out to be broken. */
    synchronized void purge() {
        idle.forEach(i -> i.connection().close());
        idle.clear();
    }

    /** Closes all connections, those in use too. */
    @Override
    public void close() {
        closed = true;
        purge();
        List.copyOf(open).forEach(HttpConnection::close);
    }
}
