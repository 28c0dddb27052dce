package dev.quilla.store.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which entries are older than a given time, by their revisions: remembers from time to time how
 * far the store was. One that has just started knows of nothing old. Used by one thread.
 */
final class Ages {

    /** How exact it is: what is remembered is bounded by this. */
    private static final int STEPS = 60;

    private record Mark(long nanos, long revision) {}

    private final Duration age;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long old;

    Ages(Duration age) {
        this.age = age;
    }

    /**
     * Looks at the clock.
     *
     * @param revision the store's at this moment
     * @return the revision up to which everything is older
     */
    long look(long revision, long nowNanos) {
        if (marks.isEmpty() || nowNanos - marks.getLast().nanos() >= age.toNanos() / STEPS) {
            marks.addLast(new Mark(nowNanos, revision));
        }
        while (nowNanos - marks.getFirst().nanos() >= age.toNanos()) {
            old = marks.removeFirst().revision();
            if (marks.isEmpty()) {
                marks.addLast(new Mark(nowNanos, revision));
            }
        }
        return old;
    }
}
