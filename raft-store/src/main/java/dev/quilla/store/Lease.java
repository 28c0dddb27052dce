package dev.quilla.store;

import java.time.Duration;
import java.util.List;

/**
 * A lease as it is in the state. When it ends is the leader's to know: it counts from the moment at
 * which it saw the last renewal.
 *
 * @param id its number
 * @param timeToLive how long it lives after a renewal
 * @param renewal the log index that granted or last renewed it
 * @param keys what ends with it, in order
 */
public record Lease(LeaseId id, Duration timeToLive, long renewal, List<Key> keys) {
    public Lease {
        keys = List.copyOf(keys);
    }
}
