package dev.quilla.store.log;

import dev.quilla.store.KeyRange;
import java.time.Duration;
import java.util.Optional;

/**
 * What a store keeps at the most. The leader's bounds count.
 *
 * @param historyMax how many changes of a key
 * @param historyBytesMax how many bytes of superseded values
 * @param stateBytesMax how many bytes of entries and leases; 0 to leave that bound as it is
 * @param cap of what the oldest is removed, rather than anything refused
 */
public record Bounds(int historyMax, long historyBytesMax, long stateBytesMax, Optional<Cap> cap) {

    private static final int HISTORY_MAX = 20_000;
    private static final long HISTORY_BYTES_MAX = 64L << 20;

    /**
     * A range that holds so much at the most.
     *
     * @param entriesMax how many entries
     * @param bytesMax how many bytes
     * @param age how long an entry stays after it was last written; up to a sixtieth longer, and
     *     anew from the start of the leader's process
     */
    public record Cap(KeyRange range, int entriesMax, long bytesMax, Duration age) {}

    /** The usual history, and no other bound. */
    public static Bounds usual() {
        return new Bounds(HISTORY_MAX, HISTORY_BYTES_MAX, 0, Optional.empty());
    }

    /** The same with a bound for entries and leases. */
    public Bounds withStateBytes(long max) {
        return new Bounds(historyMax, historyBytesMax, max, cap);
    }

    /** The same with a capped range. */
    public Bounds withCap(Cap capped) {
        return new Bounds(historyMax, historyBytesMax, stateBytesMax, Optional.of(capped));
    }
}
