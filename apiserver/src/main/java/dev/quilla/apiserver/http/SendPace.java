package dev.quilla.apiserver.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often a watch sends: at once as long as it has sent little lately, else every {@link #EVERY}
 * at the most. What happens meanwhile goes out together, which costs both sides a fraction of what
 * as many pieces would: each has to be encrypted, handed to the kernel and waited for. For one
 * thread.
 */
final class SendPace {

    /** Sooner than anybody who watches hundreds of changes a second would notice. */
    static final Duration EVERY = Duration.ofMillis(50);

    /** How often it may send without a rest after it has been silent for a while. */
    static final int AT_ONCE_MAX = 10;

    private static final long CREDIT_NANOS = EVERY.toNanos() * AT_ONCE_MAX;

    private final LongSupplier nanoTime;

    /** Until when it had to be silent, had it sent no more than once in the time that is meant. */
    private long paidUntil;

    /**
     * Begins with a watch that has been silent.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    SendPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.paidUntil = nanoTime.getAsLong();
    }

    /** Something was sent; answers how long to rest before more is. */
    Duration sent() {
        long now = nanoTime.getAsLong();
        paidUntil = EVERY.toNanos() + (paidUntil - now > 0 ? paidUntil : now);
        return Duration.ofNanos(Math.max(0, paidUntil - now - CREDIT_NANOS));
    }
}
