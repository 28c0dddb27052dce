package dev.quilla.store.raft;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * When it is time for a snapshot, and how much of the log is kept behind one. Both are reckoned in
 * what it costs to read and apply entries again, as if all of it were bytes. A large state is
 * written less often: else it would be written all the time. Members apply the same, and would all
 * write at the same entry: each has another head start, so that most are free to answer. Used by
 * the thread that applies.
 */
final class SnapshotPace {

    /** What an entry costs besides its bytes. */
    private static final int ENTRY_COST = 4 << 10;

    /** Of the bytes of the state: a restart reads half as much of the log again. */
    private static final int PART_OF_STATE = 2;

    /** Of {@link #leastCost}: a member that was away for a moment is filled from the log. */
    private static final int PART_KEPT = 2;

    /** Of what is kept: the log goes piece by piece, for files are removed where it is written. */
    private static final int PIECES = 4;

    private record Mark(long index, long cost) {}

    private final long leastCost;
    private final double headStart;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long cost;
    private long costAtStart;
    private long costAtSnapshot;
    private long costAtMark;
    private boolean first = true;

    /**
     * Begins.
     *
     * @param entriesMin so many small entries lie between the snapshots of a small state
     * @param headStart which part of that, from 0 to 1, lies already behind the first one
     */
    SnapshotPace(long entriesMin, double headStart) {
        this.leastCost = entriesMin * ENTRY_COST;
        this.headStart = headStart;
    }

    /** A snapshot was loaded: what was applied before has nothing to do with what follows. */
    void begin() {
        marks.clear();
        costAtMark = cost;
        costAtSnapshot = cost;
        first = true;
    }

    /** An entry was applied. */
    void applied(long index, long bytes) {
        cost += ENTRY_COST + bytes;
        if (cost - costAtMark >= leastCost / PART_KEPT / PIECES) {
            costAtMark = cost;
            marks.addLast(new Mark(index, cost));
        }
    }

    /** Whether so much was applied since the last snapshot that there should be another. */
    boolean isDue(long stateBytes) {
        long whole = Math.max(leastCost, stateBytes / PART_OF_STATE);
        return cost - costAtSnapshot >= (first ? whole - (long) (whole * headStart) : whole);
    }

    /** A snapshot of what is applied now is being written. */
    void started() {
        costAtStart = cost;
    }

    /** It is on disk. */
    void finished() {
        costAtSnapshot = costAtStart;
        first = false;
    }

    /** Up to where nobody needs the log; piece by piece, so it may be asked again. */
    OptionalLong spare() {
        Mark first = marks.peekFirst();
        if (first == null || first.cost() > costAtSnapshot - leastCost / PART_KEPT) {
            return OptionalLong.empty();
        }
        marks.removeFirst();
        return OptionalLong.of(first.index());
    }
}
