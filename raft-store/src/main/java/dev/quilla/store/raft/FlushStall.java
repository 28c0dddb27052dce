package dev.quilla.store.raft;

import java.time.Duration;

/**
 * Tells from two indices of a log whether its disk stands still: entries wait to be flushed, and
 * none was for a while. Passive: it is asked from time to time. Used by one thread.
 */
final class FlushStall {

    /** How often it should be asked. */
    static final Duration INTERVAL = Duration.ofMillis(200);

    /** A disk that flushes nothing for so long stands still. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** Whoever was not asked for so long stood still itself, and knows nothing of the disk. */
    private static final Duration BLIND = INTERVAL.multipliedBy(4);

    private long flushed = -1;
    private long sinceNanos;
    private long lastLookNanos;

    /**
     * Looks once; after it has said yes it counts anew.
     *
     * @param last the last entry of the log
     * @param flush the last entry that is on disk
     * @param nowNanos a clock that never goes back
     */
    boolean look(long last, long flush, long nowNanos) {
        boolean blind = nowNanos - lastLookNanos > BLIND.toNanos();
        lastLookNanos = nowNanos;
        if (blind || flush >= last || flush != flushed) {
            flushed = flush;
            sinceNanos = nowNanos;
            return false;
        }
        boolean stalled = nowNanos - sinceNanos >= LIMIT.toNanos();
        if (stalled) {
            sinceNanos = nowNanos;
        }
        return stalled;
    }
}
