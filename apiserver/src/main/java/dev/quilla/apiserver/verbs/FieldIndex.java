package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiException;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those who watch a range for objects whose field has one value, found by that value: a change is
 * looked into once, and only those are woken whom it concerns, however many there are. Like any
 * watch, theirs has no queue: who is woken reads the store's history from there on.
 *
 * <p>Thread-safe. One thread, {@code watch-index}, follows the changes while anybody watches.
 */
final class FieldIndex {

    private static final Duration LOOK = Duration.ofMinutes(1);

    private final ObjectStore objects;
    private final KeyRange all;
    private final Function<Event, Set<String>> values;

    /** Guards everything below. */
    private final Object lock = new Object();

    private final Map<String, Set<IndexedWatch>> waiting = new HashMap<>();
    private @Nullable Reader reader;

    /** Up to this revision, those who wait have been told of what concerns them. */
    private long reached;

    private int open;

    /**
     * An index of who watches a range or a part of it.
     *
     * @param values those that the field had before a change and has after it; fails with an {@link
     *     ApiException} where an object can't be read
     */
    FieldIndex(ObjectStore objects, KeyRange all, Function<Event, Set<String>> values) {
        this.objects = objects;
        this.all = all;
        this.values = values;
    }

    /**
     * Follows a part of the range. Changes that do not concern the value are left out where nobody
     * has to look into them for it; some may be there.
     */
    Watch watch(KeyRange range, String value, long afterRevision) {
        synchronized (lock) {
            if (open++ == 0) {
                begin();
            }
        }
        return new IndexedWatch(range, value, afterRevision);
    }

    /** How many wait. */
    int waiting() {
        synchronized (lock) {
            return waiting.values().stream().mapToInt(Set::size).sum();
        }
    }

    private void begin() {
        reached = objects.local().revision();
        Reader next = new Reader(objects.store().watch(all, reached));
        reader = next;
        Thread.ofVirtual().name("watch-index").start(next);
    }

    private void wakeAll(long revision) {
        List<Set<IndexedWatch>> all = List.copyOf(waiting.values());
        waiting.clear();
        all.forEach(some -> some.forEach(watch -> watch.wake(revision)));
    }

    /** Tells those who wait of the changes. */
    private final class Reader implements Runnable {
        private final Watch changes;

        Reader(Watch changes) {
            this.changes = changes;
        }

        @Override
        public void run() {
            try (changes) {
                while (isAsked()) {
                    tell(changes.next(LOOK));
                }
            } catch (CompactedException e) {
                // Those who wait find out for themselves whether they have missed something.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                ended();
            }
        }

        private boolean isAsked() {
            synchronized (lock) {
                return reader == this;
            }
        }

        private void tell(Events events) {
            Map<String, Long> first = new HashMap<>();
            long unreadable = Long.MAX_VALUE;
            for (Event event : events.events()) {
                try {
                    for (String value : values.apply(event)) {
                        first.putIfAbsent(value, event.revision());
                    }
                } catch (ApiException e) {
                    // Whom it concerns, nobody knows: each is told why by its own watch.
                    unreadable = Math.min(unreadable, event.revision());
                }
            }
            synchronized (lock) {
                if (reader != this) {
                    return;
                }
                for (Map.Entry<String, Long> entry : first.entrySet()) {
                    long revision = Math.min(entry.getValue(), unreadable);
                    Set<IndexedWatch> concerned = waiting.remove(entry.getKey());
                    if (concerned != null) {
                        concerned.forEach(watch -> watch.wake(revision));
                    }
                }
                if (unreadable < Long.MAX_VALUE) {
                    wakeAll(unreadable);
                }
                reached = events.revision();
            }
        }

        private void ended() {
            synchronized (lock) {
                if (reader == this) {
                    wakeAll(0);
                    begin();
                }
            }
        }
    }

    private final class IndexedWatch implements Watch {
        private final KeyRange range;
        private final String value;

        /** Written with the lock while this waits, else by the thread that reads. */
        private long position;

        private CountDownLatch news = new CountDownLatch(0);
        private volatile boolean closed;

        IndexedWatch(KeyRange range, String value, long position) {
            this.range = range;
            this.value = value;
            this.position = position;
        }

        @Override
        public Events next(Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            while (!closed) {
                Events events = read();
                position = events.revision();
                long left = deadline - System.nanoTime();
                if (!events.events().isEmpty() || left <= 0) {
                    return events;
                }
                if (waits()) {
                    await(left);
                }
            }
            return new Events(List.of(), position);
        }

        private Events read() throws InterruptedException {
            try (Watch history = objects.store().watch(range, position)) {
                return history.next(Duration.ZERO);
            }
        }

        /** False if the index has seen changes that this has not. */
        private boolean waits() {
            synchronized (lock) {
                if (closed || reached > position) {
                    return false;
                }
                news = new CountDownLatch(1);
                return waiting.computeIfAbsent(value, v -> new HashSet<>()).add(this);
            }
        }

        private void await(long nanos) throws InterruptedException {
            boolean woken = false;
            try {
                woken = news.await(nanos, TimeUnit.NANOSECONDS);
            } finally {
                if (!woken) {
                    synchronized (lock) {
                        if (leave()) {
                            position = Math.max(position, reached);
                        }
                    }
                }
            }
        }

        private boolean leave() {
            Set<IndexedWatch> others = waiting.getOrDefault(value, Set.of());
            boolean waited = others.contains(this) && others.remove(this);
            if (waited && others.isEmpty()) {
                waiting.remove(value);
            }
            return waited;
        }

        /** The change of a revision may concern it, and none before. Called with the lock. */
        private void wake(long revision) {
            position = Math.max(position, revision - 1);
            news.countDown();
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (closed) {
                    return;
                }
                closed = true;
                leave();
                news.countDown();
                Reader last = reader;
                if (--open == 0 && last != null) {
                    reader = null;
                    last.changes.close();
                }
            }
        }
    }
}
