package dev.quilla.store.log;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is waited for too long, all after the same time. One thread looks a few times a second:
 * a timed wait for each write costs more than the write does. Thread-safe.
 */
public final class Deadlines implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    private static final Duration LOOK = Duration.ofMillis(100);

    private record Deadline(CompletableFuture<?> future, long nanos) {}

    private final Queue<Deadline> deadlines = new ConcurrentLinkedQueue<>();
    private final Duration atMost;
    private final Thread thread;
    private volatile boolean closed;

    /** Ends futures after this, and up to a tenth of a second more. */
    public Deadlines(Duration atMost) {
        this.atMost = atMost;
        this.thread = Thread.ofVirtual().name("deadlines").start(this::run);
    }

    /**
     * Lets a future end with {@link TimeoutException} if it does not end before.
     *
     * @return the same future
     */
    public <T> CompletableFuture<T> bound(CompletableFuture<T> future) {
        if (!future.isDone()) {
            deadlines.add(new Deadline(future, System.nanoTime() + atMost.toNanos()));
            if (closed) {
                end();
            }
        }
        return future;
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
                long now = System.nanoTime();
                deadlines.removeIf(deadline -> isOver(deadline, now));
            }
        } catch (InterruptedException e) {
            LOG.debug("closed");
        }
    }

    private static boolean isOver(Deadline deadline, long now) {
        if (!deadline.future().isDone() && now - deadline.nanos() >= 0) {
            deadline.future().completeExceptionally(new TimeoutException());
        }
        return deadline.future().isDone();
    }

    private void end() {
        deadlines.forEach(d -> d.future().completeExceptionally(new TimeoutException()));
        deadlines.clear();
    }

    /** Whatever is waited for, now or later, ends at once. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        end();
    }
}
