package dev.quilla.kubelet.streaming;

import dev.quilla.http.HttpExchange;
import dev.quilla.kubelet.runtime.ExecSession;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A program's streams as streams of a SPDY connection, as older clients have them. The client opens
 * one for errors and one for each that it asked for in its request; the program runs meanwhile and
 * is read once they are there. Versions of the protocol differ in two things: from 3 on a terminal
 * has a stream for its size, and from 4 on the error stream ends with a {@code Status}, where
 * before there was a text if something had gone wrong.
 *
 * <p>Threads: the connection's reader hands in streams; one for the program; one for its input and
 * one for its errors; one for sizes.
 */
final class SpdyCommand implements RemoteCommand.Client {

    private static final String V4 = "v4.channel.k8s.io";

    /** The versions spoken, the dearest first. */
    static final List<String> PROTOCOLS =
            List.of(V4, "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");

    /** How long the client may take to open its streams, and to leave when all is said. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String STDIN = "stdin";
    private static final String STDOUT = "stdout";
    private static final String STDERR = "stderr";
    private static final String ERROR = "error";
    private static final String RESIZE = "resize";
    private static final int SIZE_BYTES_MAX = 128;
    private static final int BUFFER_BYTES = 16 << 10;

    private final String protocol;
    private final RemoteCommand.Streams wanted;
    private final Duration patience;
    private final Set<String> awaited;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, SpdyStream> streams = new HashMap<>();
    private boolean over;

    /**
     * Serves one client.
     *
     * @param patience how long it may take to open its streams, and to leave when all is said
     */
    SpdyCommand(String protocol, RemoteCommand.Streams wanted, Duration patience) {
        this.protocol = protocol;
        this.wanted = wanted;
        this.patience = patience;
        this.awaited = awaited(wanted);
    }

    private static Set<String> awaited(RemoteCommand.Streams wanted) {
        Set<String> names = new HashSet<>(Set.of(ERROR));
        if (wanted.stdin()) {
            names.add(STDIN);
        }
        if (wanted.stdout()) {
            names.add(STDOUT);
        }
        if (wanted.ownStderr()) {
            names.add(STDERR);
        }
        return names;
    }

    static void serve(
            HttpExchange exchange,
            Carrier.Offer offer,
            RemoteCommand.Streams streams,
            Supplier<ExecSession> program)
            throws IOException {
        try (ExecSession session = program.get()) {
            SpdyCommand command = new SpdyCommand(offer.protocol(), streams, PATIENCE);
            Carrier carrier = offer.accept(exchange);
            exchange.onCancel(carrier.end());
            command.run(carrier, session);
        }
    }

    /** Serves the client until it is gone, or has been told all there is. */
    void run(Carrier carrier, ExecSession session) throws IOException {
        try (SpdyConnection connection =
                new SpdyConnection(carrier, SpdyConnection.IDLE_MAX, this::opened)) {
            Thread.ofVirtual().name("exec").start(() -> carry(connection, session));
            connection.serve();
        } finally {
            end();
            session.close();
        }
    }

    /** Called by the connection's reader. */
    private void opened(SpdyStream stream) {
        String type = stream.header("streamtype").orElse("");
        if (!keep(type, stream)) {
            stream.close();
        }
    }

    private boolean keep(String type, SpdyStream stream) {
        lock.lock();
        try {
            boolean known = awaited.contains(type) || type.equals(RESIZE) && wanted.tty();
            boolean kept = known && streams.putIfAbsent(type, stream) == null;
            changed.signalAll();
            return kept;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the client has opened streams, has gone, or has taken too long. */
    private boolean awaitStreams(Set<String> names, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!streams.keySet().containsAll(names) && !over && left > 0) {
                left = changed.awaitNanos(left);
            }
            return streams.keySet().containsAll(names);
        } finally {
            lock.unlock();
        }
    }

    private void awaitEnd(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!over && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<SpdyStream> stream(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(streams.get(name));
        } finally {
            lock.unlock();
        }
    }

    private void carry(SpdyConnection connection, ExecSession session) {
        try (connection) {
            if (awaitStreams(awaited, patience.toNanos())) {
                RemoteCommand.carry(this, session);
                awaitEnd(patience.toNanos());
            }
        } catch (IOException _) {
            // The client is gone: nobody is there to be told.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public OutputStream stdout() {
        return output(STDOUT);
    }

    @Override
    public OutputStream stderr() {
        return output(STDERR);
    }

    private OutputStream output(String name) {
        return stream(name).map(SpdyStream::output).orElseGet(OutputStream::nullOutputStream);
    }

    @Override
    public void receive(CommandInput input) throws IOException, InterruptedException {
        if (wanted.tty()) {
            Thread.ofVirtual().name("exec sizes").start(() -> receiveSizes(input));
        }
        Optional<SpdyStream> stdin = stream(STDIN);
        if (stdin.isPresent()) {
            pass(stdin.get().input(), input);
        }
        awaitEnd(Long.MAX_VALUE);
    }

    private static void pass(InputStream from, CommandInput input) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            input.write(buffer, 0, n);
        }
        input.end();
    }

    /** The stream for sizes need not be there from the start, and older clients open none. */
    private void receiveSizes(CommandInput input) {
        try {
            if (awaitStreams(Set.of(RESIZE), Long.MAX_VALUE)) {
                SpdyStream sizes = stream(RESIZE).orElseThrow();
                try (sizes) {
                    passSizes(new BufferedInputStream(sizes.input(), SIZE_BYTES_MAX), input);
                }
            }
        } catch (IOException _) {
            // The client is gone, or sends no sizes but something else: the size stays.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sizes are JSON objects, one after the other. */
    private static void passSizes(InputStream from, CommandInput input) throws IOException {
        byte[] size = new byte[SIZE_BYTES_MAX];
        int length = 0;
        for (int b = from.read(); b >= 0 && length < size.length; b = from.read()) {
            size[length++] = (byte) b;
            if (b == '}') {
                input.resize(size, 0, length);
                length = 0;
            }
        }
    }

    @Override
    public void ended(CommandEnd end) throws IOException {
        String said = protocol.equals(V4) ? end.json() : end.text();
        try (OutputStream errors = output(ERROR)) {
            errors.write(said.getBytes(StandardCharsets.UTF_8));
        }
    }
}
