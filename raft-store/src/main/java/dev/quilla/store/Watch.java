package dev.quilla.store;

import java.time.Duration;

/**
 * A cursor into the history of a range. It has no queue: one that is read too slowly falls behind
 * until the history it needs is gone. Used by one thread; {@link #close} by any.
 */
public interface Watch extends AutoCloseable {

    /**
     * The next changes, in order and without gaps; waits for some. After the given time, or when
     * the watch is closed, the answer has no events but may have a newer revision.
     *
     * @throws CompactedException if the history after the cursor is no longer kept
     * @throws InterruptedException if the thread is interrupted
     */
    Events next(Duration atMost) throws InterruptedException;

    @Override
    void close();
}
