package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SnapshotPaceTest {

    private static final int ENTRIES = 1_000;
    private static final long SMALL_STATE = 1 << 20;
    private static final long LARGE_STATE = 1L << 30;
    private static final int LARGE_ENTRY = 1 << 20;

    private final SnapshotPace pace = new SnapshotPace(ENTRIES, 0);
    private long index;

    private void apply(int entries, int bytes) {
        for (int i = 0; i < entries; i++) {
            pace.applied(++index, bytes);
        }
    }

    private long lastSpare() {
        long last = -1;
        for (OptionalLong spare = pace.spare(); spare.isPresent(); spare = pace.spare()) {
            assertTrue(spare.getAsLong() > last, "it goes back");
            last = spare.getAsLong();
        }
        return last;
    }

    @Test
    void manySmallEntriesAreASnapshotsWorth() {
        apply(ENTRIES - 1, 0);
        assertFalse(pace.isDue(SMALL_STATE));
        apply(1, 0);
        assertTrue(pace.isDue(SMALL_STATE));
    }

    @Test
    void fewLargeEntriesAreToo() {
        apply(4, LARGE_ENTRY);
        assertTrue(pace.isDue(SMALL_STATE));
    }

    @Test
    void aLargeStateIsWrittenAfterHalfItsBytes() {
        apply(500, LARGE_ENTRY);
        assertFalse(pace.isDue(LARGE_STATE));
        apply(12, LARGE_ENTRY);
        assertTrue(pace.isDue(LARGE_STATE));
    }

    @Test
    void whatIsAppliedWhileOneIsWrittenCountsForTheNext() {
        apply(ENTRIES, 0);
        pace.started();
        apply(ENTRIES / 2, 0);
        pace.finished();
        assertFalse(pace.isDue(SMALL_STATE));
        apply(ENTRIES / 2, 0);
        assertTrue(pace.isDue(SMALL_STATE));
    }

    @Test
    void noLogIsSpareBeforeThereIsASnapshot() {
        apply(10 * ENTRIES, 0);
        pace.started();
        assertEquals(OptionalLong.empty(), pace.spare());
    }

    @Test
    void halfASnapshotsWorthOfLogIsKeptBehindOne() {
        apply(2 * ENTRIES, 0);
        pace.started();
        apply(ENTRIES / 4, 0);
        pace.finished();
        assertEquals(3 * ENTRIES / 2, lastSpare());
        assertEquals(-1, lastSpare());
    }

    @Test
    void aLoadedSnapshotBeginsAnew() {
        apply(3 * ENTRIES, 0);
        pace.started();
        pace.finished();
        pace.begin();
        assertEquals(OptionalLong.empty(), pace.spare());
        apply(ENTRIES - 1, 0);
        assertFalse(pace.isDue(SMALL_STATE));
    }

    @Test
    void membersWriteTheirsOneAfterTheOther() {
        SnapshotPace other = new SnapshotPace(ENTRIES, 0.25);
        List<Integer> due = new ArrayList<>();
        for (int i = 1; i <= 3 * ENTRIES; i++) {
            other.applied(i, 0);
            if (other.isDue(SMALL_STATE)) {
                due.add(i);
                other.started();
                other.finished();
            }
        }
        assertEquals(
                List.of(3 * ENTRIES / 4, 7 * ENTRIES / 4, 11 * ENTRIES / 4),
                due,
                "the head start counts once, and then each is a whole one");
    }

    @Test
    void aLoadedSnapshotHasTheHeadStartToo() {
        SnapshotPace other = new SnapshotPace(ENTRIES, 0.25);
        for (int i = 1; i <= ENTRIES; i++) {
            other.applied(i, 0);
        }
        other.started();
        other.finished();
        other.begin();
        for (int i = 1; i < 3 * ENTRIES / 4; i++) {
            other.applied(i, 0);
        }
        assertFalse(other.isDue(SMALL_STATE));
        other.applied(3 * ENTRIES / 4, 0);
        assertTrue(other.isDue(SMALL_STATE));
    }
}
