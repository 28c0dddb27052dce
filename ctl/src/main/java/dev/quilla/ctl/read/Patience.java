package dev.quilla.ctl.read;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How long something may go on, counted from when this was made. Thread-safe. */
final class Patience {

    private final Optional<Long> endNanos;
    private final LongSupplier nanoTime;

    /**
     * Patience of that length.
     *
     * @param length empty for ever
     * @param nanoTime the clock
     */
    Patience(Optional<Duration> length, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.endNanos = length.map(l -> nanoTime.getAsLong() + l.toNanos());
    }

    /** What is left of it, but no more than that. */
    Duration left(Duration atMost) {
        return endNanos.map(end -> Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong())))
                .filter(left -> left.compareTo(atMost) < 0)
                .orElse(atMost);
    }

    boolean isOver() {
        return left(Duration.ofNanos(1)).isZero();
    }
}
