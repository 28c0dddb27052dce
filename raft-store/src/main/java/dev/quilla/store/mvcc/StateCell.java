package dev.quilla.store.mvcc;

import dev.quilla.store.Command;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Outcome;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds the current state of a member. One thread applies; any thread reads, waits and watches.
 * Readers never hold a lock that the applying thread would have to wait long for, and only those
 * are woken who have something to do.
 */
public final class StateCell {

    private record Reader(long revision, CompletableFuture<MvccState> reached) {}

    /** Guards the two collections below, and every change of the state. */
    private final Object lock = new Object();

    private final Queue<Reader> readers =
            new PriorityQueue<>(Comparator.comparingLong(Reader::revision));
    private final Set<Cursor> waiting = new HashSet<>();
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
        MvccState before = state;
        MvccState next = before;
        List<Outcome> outcomes = new ArrayList<>(commands.size());
        for (Command command : commands) {
            MvccState.Applied applied = next.apply(index, term, command);
            next = applied.state();
            outcomes.add(applied.outcome());
        }
        List<Reader> due;
        synchronized (lock) {
            state = next;
            due = due(next.revision());
            if (next.base() > before.revision()) {
                wakeAll();
            } else if (next.revision() > before.revision() && !waiting.isEmpty()) {
                wakeThoseOf(next.keysChangedAfter(before.revision()), next.revision());
            }
        }
        tell(due, next);
        return outcomes;
    }

    /** Puts another state in place: one that a snapshot holds. */
    public void replace(MvccState next) {
        List<Reader> due;
        synchronized (lock) {
            state = next;
            due = due(next.revision());
            wakeAll();
        }
        tell(due, next);
    }

    private List<Reader> due(long revision) {
        List<Reader> due = new ArrayList<>();
        for (Reader next = readers.peek();
                next != null && next.revision() <= revision;
                next = readers.peek()) {
            due.add(next);
            readers.remove();
        }
        return due;
    }

    private static void tell(List<Reader> due, MvccState state) {
        due.forEach(reader -> reader.reached().complete(state));
    }

    private void wakeAll() {
        waiting.forEach(Cursor::wake);
        waiting.clear();
    }

    /** Those whom none of the changes concerns have seen them all by that. */
    private void wakeThoseOf(NavigableSet<String> changed, long revision) {
        waiting.removeIf(cursor -> cursor.isWoken(changed, revision));
    }

    /**
     * Completes with a state in which a revision is applied, on the thread that applies it. Whoever
     * no longer waits must {@link #forget} it.
     */
    public CompletableFuture<MvccState> reached(long revision) {
        MvccState now = state;
        if (now.revision() >= revision) {
            return CompletableFuture.completedFuture(now);
        }
        synchronized (lock) {
            if (state.revision() >= revision) {
                return CompletableFuture.completedFuture(state);
            }
            Reader reader = new Reader(revision, new CompletableFuture<>());
            readers.add(reader);
            return reader.reached();
        }
    }

    /** Nobody waits for this any longer. */
    public void forget(CompletableFuture<MvccState> reached) {
        synchronized (lock) {
            readers.removeIf(reader -> reader.reached().equals(reached));
        }
    }

    /** Follows a range from a revision on. */
    public Watch watch(KeyRange range, long afterRevision) {
        return new Cursor(range, afterRevision);
    }

    private final class Cursor implements Watch {
        private final KeyRange range;

        /** Written by the applying thread while this waits, else by the thread that reads. */
        private volatile long position;

        private volatile CountDownLatch news = new CountDownLatch(0);
        private volatile boolean closed;

        Cursor(KeyRange range, long position) {
            this.range = range;
            this.position = position;
        }

        @Override
        public Events next(Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            while (!closed) {
                MvccState seen = state;
                Events events = seen.eventsAfter(position, range);
                position = events.revision();
                long left = deadline - System.nanoTime();
                if (!events.events().isEmpty() || left <= 0) {
                    return events;
                }
                if (waits(seen)) {
                    await(left);
                }
            }
            return new Events(List.<Event>of(), position);
        }

        private boolean waits(MvccState seen) {
            synchronized (lock) {
                if (state != seen || closed) {
                    return false;
                }
                news = new CountDownLatch(1);
                waiting.add(this);
                return true;
            }
        }

        private void await(long nanos) throws InterruptedException {
            boolean woken = false;
            try {
                woken = news.await(nanos, TimeUnit.NANOSECONDS);
            } finally {
                if (!woken) {
                    synchronized (lock) {
                        waiting.remove(this);
                    }
                }
            }
        }

        private boolean isWoken(NavigableSet<String> changed, long revision) {
            String first = changed.ceiling(range.start());
            if (first == null || first.compareTo(range.end()) >= 0) {
                position = revision;
                return false;
            }
            wake();
            return true;
        }

        private void wake() {
            news.countDown();
        }

        @Override
        public void close() {
            synchronized (lock) {
                closed = true;
                waiting.remove(this);
                wake();
            }
        }
    }
}
