package dev.quilla.store.raft;

import java.time.Duration;

/**
 * Tells from two indices of a log whether its disk, or what applies it, stands still: entries wait,
 * and none was done for a while. Passive: it is asked from time to time. Used by one thread.
 */
final class Stall {

    /** How often it should be asked. */
    static final Duration INTERVAL = Duration.ofMillis(200);

    /** What gets nothing done for so long stands still. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** Whoever was not asked for so long stood still itself, and knows nothing of the other. */
    private static final Duration BLIND = INTERVAL.multipliedBy(4);

    private long before = -1;
    private long sinceNanos;
    private long lastLookNanos;

    /**
     * Looks once; after it has said yes it counts anew.
     *
     * @param last the last entry that there is to do
     * @param done the last one that is done with
     * @param nowNanos a clock that never goes back
     */
    boolean look(long last, long done, long nowNanos) {
        boolean blind = nowNanos - lastLookNanos > BLIND.toNanos();
        lastLookNanos = nowNanos;
        if (blind || done >= last || done != before) {
            before = done;
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
