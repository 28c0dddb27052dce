package dev.quilla.store.raft;

import java.util.function.LongSupplier;

/**
 * Whether the disk of a data directory is nearly full. Room is kept back, for Ratis gives a log up
 * whose disk is full: deletions, compaction and renewals go on in it, and what others still send.
 * One thread looks, any asks.
 */
final class DiskSpace {

    private static final long RESERVE_MAX = 64L << 20;

    private final LongSupplier usable;
    private final long reserve;
    private volatile long free;
    private volatile boolean isShort;

    /**
     * Looks at a disk.
     *
     * @param usable how many bytes are free
     * @param total how many it has
     */
    DiskSpace(LongSupplier usable, long total) {
        this.usable = usable;
        this.reserve = Math.min(RESERVE_MAX, total / 10);
        look();
    }

    /** Looks how much is free; so little more than the reserve is still too little. */
    void look() {
        free = usable.getAsLong();
        isShort = free < (isShort ? reserve + reserve / 4 : reserve);
    }

    boolean isShort() {
        return isShort;
    }

    /** What to say of it; empty if there is room. */
    String trouble() {
        return isShort
                ? "the disk of the data directory is full: %d bytes are free, %d must be; make room"
                        .formatted(free, reserve)
                : "";
    }
}
