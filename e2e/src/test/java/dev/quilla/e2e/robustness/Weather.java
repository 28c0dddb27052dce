package dev.quilla.e2e.robustness;

import java.time.Duration;

/**
 * What befalls packets on their way.
 *
 * @param delay how long each takes at least
 * @param jitter how much longer, at most
 * @param loss the share of packets that never arrive
 * @param twice the share of packets that arrive twice
 * @param overtaking whether a packet may arrive before one that was sent earlier
 */
record Weather(Duration delay, Duration jitter, double loss, double twice, boolean overtaking) {

    /** Packets arrive at once. */
    static final Weather FAIR = new Weather(Duration.ZERO, Duration.ZERO, 0, 0, false);

    /** They are late by turns, overtake each other, and some come twice. */
    static Weather slow(int delayMs) {
        return new Weather(
                Duration.ofMillis(delayMs), Duration.ofMillis(2L * delayMs), 0, 0.01, true);
    }

    /** Some do not arrive. */
    static Weather lossy(double share) {
        return new Weather(Duration.ZERO, Duration.ofMillis(2), share, 0, false);
    }
}
