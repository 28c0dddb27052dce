package dev.quilla.apiserver.auth;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers that hold for a while; the ones that were used longest ago make room. Thread-safe. */
final class Remembered<K, V> {

    private record Known<V>(V value, Instant until) {}

    private final int countMax;
    private final Map<K, Known<V>> known =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<K, Known<V>> eldest) {
                    return size() > countMax;
                }
            };

    /** Remembers so many at the most. */
    Remembered(int countMax) {
        this.countMax = countMax;
    }

    /** What is known at that time. */
    synchronized Optional<V> find(K key, Instant now) {
        Known<V> found = known.get(key);
        return found != null && now.isBefore(found.until())
                ? Optional.of(found.value())
                : Optional.empty();
    }

    synchronized void put(K key, V value, Instant until) {
        known.put(key, new Known<>(value, until));
    }
}
