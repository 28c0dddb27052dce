package dev.quilla.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubles with every failure, up to a cap.
 *
 * @param base after the first failure
 * @param cap never longer
 */
public record Backoff(Duration base, Duration cap) {

    public Backoff {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("need 0 < base <= cap, not " + base + ", " + cap);
        }
    }

    /** The wait after so many failures in a row, at least one. */
    public Duration after(int failures) {
        int doublings = Math.clamp(failures - 1, 0, 30);
        long nanos = base.toNanos() << doublings;
        boolean over = nanos >> doublings != base.toNanos() || nanos > cap.toNanos();
        return over ? cap : Duration.ofNanos(nanos);
    }

    /** The same, spread over its upper half, so that many who failed together come back apart. */
    public Duration after(int failures, RandomGenerator random) {
        long nanos = after(failures).toNanos();
        return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
    }
}
