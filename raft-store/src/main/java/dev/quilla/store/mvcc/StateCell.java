package dev.quilla.store.mvcc;

import dev.quilla.store.Command;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Outcome;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds the current state of a member. One thread applies; any thread reads, waits and watches.
 * Readers never hold a lock that the applying thread would have to wait long for.
 */
public final class StateCell {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private volatile MvccState state;

    /** Starts with a state. */
    public StateCell(MvccState state) {
        this.state = state;
    }

    /** The state as it is now. */
    public MvccState state() {
        return state;
    }

    /**
     * Applies the commands of one log entry, which readers see all at once; called by the one
     * thread that applies.
     */
    public List<Outcome> apply(long index, long term, List<Command> commands) {
        MvccState next = state;
        List<Outcome> outcomes = new ArrayList<>(commands.size());
        for (Command command : commands) {
            MvccState.Applied applied = next.apply(index, term, command);
            next = applied.state();
            outcomes.add(applied.outcome());
        }
        replace(next);
        return outcomes;
    }

    /** Puts another state in place: one that a snapshot holds. */
    public void replace(MvccState next) {
        lock.lock();
        try {
            state = next;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a revision is applied.
     *
     * @throws UnavailableException if that takes longer than the given time
     */
    public MvccState await(long revision, Duration atMost) {
        try {
            MvccState reached = awaitBeyond(revision - 1, atMost, () -> false);
            if (reached.revision() < revision) {
                throw new UnavailableException(
                        "revision "
                                + revision
                                + " is not there yet: this member is at "
                                + reached.revision());
            }
            return reached;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for revision " + revision);
        }
    }

    /** Follows a range from a revision on. */
    public Watch watch(KeyRange range, long afterRevision) {
        return new Cursor(range, afterRevision);
    }

    private MvccState awaitBeyond(
            long revision, Duration atMost, java.util.function.BooleanSupplier gaveUp)
            throws InterruptedException {
        if (state.revision() > revision) {
            return state;
        }
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (state.revision() <= revision && left > 0 && !gaveUp.getAsBoolean()) {
                left = advanced.awaitNanos(Math.min(left, TimeUnit.MINUTES.toNanos(1)));
            }
            return state;
        } finally {
            lock.unlock();
        }
    }

    private final class Cursor implements Watch {
        private final KeyRange range;
        private long position;
        private volatile boolean closed;

        Cursor(KeyRange range, long position) {
            this.range = range;
            this.position = position;
        }

        @Override
        public Events next(Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            while (!closed) {
                Events events = state.eventsAfter(position, range);
                position = events.revision();
                long left = deadline - System.nanoTime();
                if (!events.events().isEmpty() || left <= 0) {
                    return events;
                }
                awaitBeyond(position, Duration.ofNanos(left), () -> closed);
            }
            return new Events(List.<Event>of(), position);
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                advanced.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
