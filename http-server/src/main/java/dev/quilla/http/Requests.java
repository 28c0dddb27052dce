package dev.quilla.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs requests, each on a virtual thread, and knows which are under way. Thread-safe. */
final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final HttpHandler handler;
    private final int max;
    private final Semaphore places;
    private final ExecutorService threads;
    private final Set<NettyExchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    Requests(String name, HttpHandler handler, int max) {
        this.handler = handler;
        this.max = max;
        this.places = new Semaphore(max);
        this.threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(name + "-request-", 0).factory());
    }

    /** Starts one; false if there are too many. */
    boolean start(NettyExchange exchange) {
        if (stopping || !places.tryAcquire()) {
            return false;
        }
        running.add(exchange);
        try {
            threads.execute(() -> run(exchange));
            return true;
        } catch (RejectedExecutionException e) {
            ended(exchange);
            return false;
        }
    }

    boolean stopping() {
        return stopping;
    }

    private void run(NettyExchange exchange) {
        try {
            handler.handle(exchange);
            exchange.finish();
        } catch (IOException e) {
            failed(exchange, e);
        } catch (UncheckedIOException e) {
            failed(exchange, Objects.requireNonNull(e.getCause()));
        } catch (Exception e) {
            LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
            exchange.fail(500, "the server failed");
        } finally {
            exchange.release();
            ended(exchange);
        }
    }

    private static void failed(NettyExchange exchange, IOException e) {
        switch (e) {
            case BodyTooLargeException _ -> exchange.fail(413, String.valueOf(e.getMessage()));
            case RequestBody.SlowException _ -> exchange.fail(408, String.valueOf(e.getMessage()));
            default -> {
                // The client is gone, or does not follow HTTP: nobody is left to be told.
                LOG.debug("request from {} ended: {}", exchange.remote(), e.getMessage());
                exchange.abort();
            }
        }
    }

    private void ended(NettyExchange exchange) {
        running.remove(exchange);
        places.release();
    }

    /** Takes no more, and tells those under way that they should come to their end. */
    void stop() {
        stopping = true;
        running.forEach(NettyExchange::stop);
    }

    /** Waits until none is under way; false if some still are after that time. */
    boolean awaitNone(Duration atMost) {
        try {
            return places.tryAcquire(max, atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Interrupts what is under way. */
    void close() {
        threads.shutdownNow();
    }
}
