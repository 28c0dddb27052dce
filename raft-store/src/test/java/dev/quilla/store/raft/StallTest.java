package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class StallTest {

    private static final long STEP = Stall.INTERVAL.toNanos();
    private static final long STEPS = Stall.LIMIT.dividedBy(Stall.INTERVAL);

    private final Stall stall = new Stall();
    private long now;

    /** Whether it says yes at one of so many looks, the last entry being 100. */
    private boolean seesStall(long looks, LongUnaryOperator flushed) {
        boolean seen = false;
        for (int i = 0; i < looks; i++) {
            now += STEP;
            seen |= stall.look(100, flushed.applyAsLong(i), now);
        }
        return seen;
    }

    @Test
    void nothingFlushedForTheLimitIsAStall() {
        assertFalse(seesStall(STEPS, i -> 7));
        assertTrue(seesStall(2, i -> 7));
    }

    @Test
    void aSlowDiskIsNone() {
        assertFalse(seesStall(50, i -> i));
    }

    @Test
    void anIdleLogIsNone() {
        assertFalse(seesStall(50, i -> 100));
    }

    @Test
    void ownPausesSayNothingOfTheDisk() {
        assertFalse(seesStall(STEPS, i -> 7));
        now += Stall.LIMIT.toNanos();
        assertFalse(seesStall(STEPS, i -> 7));
    }

    @Test
    void countsAnewAfterItHasSaidSo() {
        assertTrue(seesStall(STEPS + 1, i -> 7));
        assertFalse(seesStall(STEPS - 1, i -> 7));
        assertTrue(seesStall(2, i -> 7));
    }
}
