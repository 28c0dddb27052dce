package dev.quilla.store.raft;

import dev.quilla.store.UnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How far this member has applied the log. Thread-safe. */
final class Applied {

    private static final long NOTHING = -1;

    private long entry = NOTHING;
    private long write = NOTHING;

    /** An entry with writes is applied. */
    synchronized void wrote(long index) {
        write = index;
        passed(index);
    }

    /** An entry of Raft's own, which changes nothing, has passed. */
    synchronized void passed(long index) {
        entry = index;
        notifyAll();
    }

    /**
     * The last entry with writes; a snapshot counts as one. Others learn sooner that this one is
     * committed than they learn it of what Raft has put behind it.
     */
    synchronized long lastWrite() {
        return write;
    }

    /**
     * Waits for an entry.
     *
     * @throws UnavailableException if it is not applied in time
     */
    synchronized void await(long index, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (entry < index) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new UnavailableException(
                        "this member has fallen behind: it has applied " + entry + " of " + index);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
