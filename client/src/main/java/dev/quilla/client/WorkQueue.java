package dev.quilla.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Keys to be worked on. A key waits at most once however often it is added, and is never given to
 * two workers at a time: added again while it is worked on, it comes back after {@link #done}.
 * Thread-safe.
 *
 * <p>Bounded by the number of different keys: {@link #add} waits while that many wait. Keys that
 * come back (delayed, after failures) are never held up, so that workers can't block each other.
 */
public final class WorkQueue<K> implements AutoCloseable {

    /** How many different keys may wait, unless said otherwise. */
    public static final int WAITING_MAX = 1_000_000;

    /** The wait after failures, unless said otherwise. */
    public static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(10), Duration.ofSeconds(60));

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Deque<K> ready = new ArrayDeque<>();
    private final Set<K> waiting = new HashSet<>();
    private final Set<K> working = new HashSet<>();
    private final PriorityQueue<Delayed<K>> delayed = new PriorityQueue<>();
    private final Map<K, Delayed<K>> soonest = new HashMap<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Backoff backoff;
    private final int waitingMax;
    private final LongSupplier nanos;
    private boolean closed;

    /** A key that is to be added when the clock shows {@code at} nanoseconds. */
    private record Delayed<K>(K key, long at) implements Comparable<Delayed<K>> {
        @Override
        public int compareTo(Delayed<K> other) {
            return Long.signum(at - other.at);
        }
    }

    /** A queue with the usual limits. */
    public WorkQueue() {
        this(BACKOFF, WAITING_MAX, System::nanoTime);
    }

    /**
     * A queue.
     *
     * @param backoff the wait of {@link #addRateLimited}
     * @param waitingMax how many different keys may wait
     * @param nanos a clock that only goes forward, in nanoseconds
     */
    public WorkQueue(Backoff backoff, int waitingMax, LongSupplier nanos) {
        this.backoff = backoff;
        this.waitingMax = waitingMax;
        this.nanos = nanos;
    }

    /** Adds a key; waits while the queue is full. Ignored once the queue is closed. */
    public void add(K key) {
        lock.lock();
        try {
            while (!closed && !waiting.contains(key) && waiting.size() >= waitingMax) {
                room.awaitUninterruptibly();
            }
            enqueue(key);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key later; of several delays of one key the soonest counts. */
    public void addAfter(K key, Duration delay) {
        lock.lock();
        try {
            if (delay.isNegative() || delay.isZero()) {
                enqueue(key);
            } else {
                schedule(new Delayed<>(key, nanos.getAsLong() + delay.toNanos()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key that failed, after a wait that doubles until {@link #forget}. */
    public void addRateLimited(K key) {
        lock.lock();
        try {
            addAfter(key, backoff.after(failures.merge(key, 1, Integer::sum)));
        } finally {
            lock.unlock();
        }
    }

    /** Takes note that a key went well: its next failure is its first. */
    public void forget(K key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** How often a key failed since it went well. */
    public int failures(K key) {
        lock.lock();
        try {
            return failures.getOrDefault(key, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a key; the caller must call {@link #done} for it. Empty once closed. */
    public Optional<K> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Optional<K> key = poll();
                if (key.isPresent()) {
                    // Whoever waits next must look at the clock in this thread's place.
                    changed.signal();
                    return key;
                }
                await();
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** A key if one is ready now; the caller must call {@link #done} for it. */
    public Optional<K> poll() {
        lock.lock();
        try {
            moveDue();
            K key = ready.poll();
            if (key == null || closed) {
                return Optional.empty();
            }
            waiting.remove(key);
            working.add(key);
            room.signal();
            return Optional.of(key);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the work on a key; if it was added meanwhile, it is ready again. */
    public void done(K key) {
        lock.lock();
        try {
            if (working.remove(key) && waiting.contains(key)) {
                ready.add(key);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many keys wait to be worked on now; delayed ones don't count. */
    public int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Drops all keys and wakes all who wait. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ready.clear();
            waiting.clear();
            delayed.clear();
            soonest.clear();
            changed.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(K key) {
        if (!closed && waiting.add(key) && !working.contains(key)) {
            ready.add(key);
            changed.signal();
        }
    }

    private void schedule(Delayed<K> later) {
        Delayed<K> known = soonest.get(later.key());
        if (closed || (known != null && known.compareTo(later) <= 0)) {
            return;
        }
        soonest.put(later.key(), later);
        delayed.add(later);
        changed.signal();
    }

    private void moveDue() {
        Delayed<K> first = delayed.peek();
        while (first != null && first.at() - nanos.getAsLong() <= 0) {
            delayed.remove();
            if (soonest.remove(first.key(), first)) {
                enqueue(first.key());
            }
            first = delayed.peek();
        }
    }

    private void await() throws InterruptedException {
        Delayed<K> first = delayed.peek();
        if (first == null) {
            changed.await();
        } else {
            changed.awaitNanos(first.at() - nanos.getAsLong());
        }
    }
}
