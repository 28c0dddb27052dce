package dev.quilla.client;

import dev.quilla.model.core.v1.ObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Keeps one object from flooding the log of events: each has {@link #BURST} events to spend and
 * gets one back every {@link #REFILL}. Thread-safe.
 */
final class EventLimit {

    static final int BURST = 25;
    static final Duration REFILL = Duration.ofSeconds(20);
    private static final int OBJECTS_MAX = 4096;

    private final Map<String, Instant> fullAt = new LruMap<>(OBJECTS_MAX);
    private final InstantSource clock;

    EventLimit(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Spends one event of an object, if it has one. The moment at which its account will be full
     * again says how many it has left.
     */
    synchronized boolean allows(ObjectReference object) {
        Instant now = clock.instant();
        String key = object.kind() + "/" + object.namespace() + "/" + object.name();
        Instant full = fullAt.getOrDefault(key, now);
        Instant next = (full.isBefore(now) ? now : full).plus(REFILL);
        if (next.isAfter(now.plus(REFILL.multipliedBy(BURST)))) {
            return false;
        }
        fullAt.put(key, next);
        return true;
    }
}
