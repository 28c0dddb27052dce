package dev.quilla.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Computes what new connections need to agree on their keys, which takes milliseconds each, on
 * threads of its own: however many come at once, the connections that are there go on. As many wait
 * as there may be connections; those that were given up meanwhile cost nothing. Thread-safe.
 */
final class Handshakes implements AutoCloseable {

    private static final int REST_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    /** With as many threads as there are processors. */
    Handshakes(String name) {
        int count = Runtime.getRuntime().availableProcessors();
        threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        REST_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new DefaultThreadFactory(name + "-handshake", true));
        threads.allowCoreThreadTimeOut(true);
    }

    /** For one connection, as long as that is open. */
    Executor of(Channel channel) {
        return task ->
                threads.execute(() -> {
                    if (channel.isOpen()) {
                        task.run();
                    }
                });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
