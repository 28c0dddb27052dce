package dev.quilla.kubelet.pods;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How long to wait before something that failed is tried again: nothing at first, then 10 s,
 * doubled each time up to 5 minutes; a container that ran for 10 minutes starts afresh. One thread
 * uses it.
 */
final class RestartBackoff {

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration MAX = Duration.ofMinutes(5);
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);
    private static final int DOUBLINGS_MAX = 5;

    private final Map<String, Integer> failures = new HashMap<>();

    /** How long to wait after the last failure. */
    Duration delay(String container) {
        int count = failures.getOrDefault(container, 0);
        if (count == 0) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(count - 1, DOUBLINGS_MAX));
        return doubled.compareTo(MAX) > 0 ? MAX : doubled;
    }

    /** It is tried again, after it ran for a time. */
    void restarted(String container, Instant startedAt, Instant finishedAt) {
        if (Duration.between(startedAt, finishedAt).compareTo(LONG_ENOUGH) > 0) {
            failures.remove(container);
        }
        failed(container);
    }

    /** It could not be started at all. */
    void failed(String container) {
        failures.merge(container, 1, Integer::sum);
    }

    /** All is well again. */
    void forget(String container) {
        failures.remove(container);
    }
}
