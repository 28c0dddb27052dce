package dev.quilla.apiserver.flow;

import java.util.concurrent.atomic.LongAdder;

/**
 * How long those who are refused should stay away: the longer, the more of them keep coming. Being
 * refused costs the server little, but not nothing. Thread-safe.
 */
final class RetryAfter {

    private static final int SECONDS_MAX = 32;

    private final LongAdder refused = new LongAdder();
    private volatile int seconds = 1;

    /** Tells somebody who is refused now. */
    int seconds() {
        refused.increment();
        return seconds;
    }

    /**
     * Looks back at what came since the last time; to be called once a second.
     *
     * @param seats how many requests may run
     */
    void look(int seats) {
        long came = refused.sumThenReset();
        if (came > seats) {
            seconds = Math.min(SECONDS_MAX, 2 * seconds);
        } else if (2 * came <= seats) {
            seconds = Math.max(1, seconds / 2);
        }
    }
}
