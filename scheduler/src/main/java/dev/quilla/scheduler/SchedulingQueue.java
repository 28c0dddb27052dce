package dev.quilla.scheduler;

import dev.quilla.model.ObjectKey;
import dev.quilla.plugin.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;

/**
 * Pods that want a node. A pod is <em>ready</em> (highest priority first, then the longest
 * waiting), or <em>waits</em>: for its back-off to end, or for an event that one of the policies
 * that rejected it says may help.
 *
 * <p>Thread-safe. Bounded by the number of pods in the cluster: one entry a pod.
 */
final class SchedulingQueue implements AutoCloseable {

    private static final Duration BACKOFF_FIRST = Duration.ofSeconds(1);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);

    /** A safety net: a policy may misjudge which events can help. */
    private static final Duration WAIT_MAX = Duration.ofMinutes(1);

    /**
     * A pod in the queue.
     *
     * @param since when it was first seen
     * @param attempts how often it was tried
     */
    record Entry(PodInfo pod, Instant since, int attempts) {

        private int priority() {
            return pod.priority();
        }
    }

    /** A pod that waits; {@code helped} means that only its back-off holds it. */
    private record Waiting(
            Entry entry, Instant backoffUntil, Instant until, Set<String> rejectedBy) {

        private Waiting helped() {
            return new Waiting(entry, backoffUntil, backoffUntil, Set.of());
        }
    }

    private static final Comparator<Entry> ORDER =
            Comparator.comparingInt(Entry::priority)
                    .reversed()
                    .thenComparing(Entry::since)
                    .thenComparing(e -> e.pod().uid());

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);
    private final Map<ObjectKey, Entry> readyByKey = new HashMap<>();
    private final Map<ObjectKey, Waiting> waiting = new HashMap<>();
    private boolean closed;

    /** Counts events, so that one that came while a pod was being tried is not lost on it. */
    private long eventsSeen;

    SchedulingQueue(InstantSource clock) {
        this.clock = clock;
    }

    /** A pod is new, or its spec changed: it is tried as soon as its turn comes. */
    void add(PodInfo pod) {
        locked(() -> {
            Entry before = removeEntry(pod.key());
            Instant since = before == null ? clock.instant() : before.since();
            makeReady(new Entry(pod, since, before == null ? 0 : before.attempts()));
        });
    }

    /** Takes over an object's new version without trying it any earlier. */
    void refresh(PodInfo pod) {
        locked(() -> {
            Entry entry = readyByKey.get(pod.key());
            if (entry != null) {
                removeEntry(pod.key());
                makeReady(new Entry(pod, entry.since(), entry.attempts()));
            }
            waiting.computeIfPresent(
                    pod.key(),
                    (key, w) ->
                            new Waiting(
                                    new Entry(pod, w.entry().since(), w.entry().attempts()),
                                    w.backoffUntil(),
                                    w.until(),
                                    w.rejectedBy()));
        });
    }

    /** A pod is gone or placed. */
    void remove(ObjectKey key) {
        locked(() -> removeEntry(key));
    }

    /** How many events have been seen; read before a try and given back with its result. */
    long eventsSeen() {
        lock.lock();
        try {
            return eventsSeen;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A pod was tried in vain. It waits for an event that may help, or only for its back-off when
     * events came during the try or no policy is to blame.
     */
    void triedInVain(Entry entry, Set<String> rejectedBy, long eventsSeenBefore) {
        locked(() -> {
            if (readyByKey.containsKey(entry.pod().key())) {
                return; // It changed meanwhile, and is to be tried as it is now.
            }
            Instant now = clock.instant();
            Entry tried = new Entry(entry.pod(), entry.since(), entry.attempts() + 1);
            Instant backoffUntil = now.plus(backoff(tried.attempts()));
            boolean missedEvents = eventsSeen != eventsSeenBefore;
            boolean onlyBackoff = missedEvents || rejectedBy.isEmpty();
            waiting.put(
                    entry.pod().key(),
                    new Waiting(
                            tried,
                            backoffUntil,
                            onlyBackoff ? backoffUntil : now.plus(WAIT_MAX),
                            rejectedBy));
            changed.signalAll();
        });
    }

    /**
     * Something happened in the cluster.
     *
     * @param mayHelp whether a policy, by name, thinks that it can help a pod that it rejected
     */
    void happened(ClusterEvent event, BiPredicate<String, PodInfo> mayHelp) {
        locked(() -> {
            eventsSeen++;
            waiting.replaceAll((key, w) ->
                    w.rejectedBy().stream().anyMatch(p -> mayHelp.test(p, w.entry().pod()))
                            ? w.helped()
                            : w);
            changed.signalAll();
        });
    }

    /** The next pod to try; waits for one. Empty when the queue is closed. */
    Optional<Entry> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Instant now = clock.instant();
                Duration wait = promote(now);
                Entry first = ready.pollFirst();
                if (first != null) {
                    readyByKey.remove(first.pod().key());
                    return Optional.of(first);
                }
                changed.awaitNanos(wait.plusMillis(1).toNanos());
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** How many pods want a node. */
    int size() {
        lock.lock();
        try {
            return ready.size() + waiting.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
        });
    }

    /** Makes ready what has waited enough; answers how long until the next one. */
    private Duration promote(Instant now) {
        Duration next = WAIT_MAX;
        var all = waiting.values().iterator();
        while (all.hasNext()) {
            Waiting w = all.next();
            if (!w.until().isAfter(now)) {
                all.remove();
                makeReady(w.entry());
            } else {
                Duration left = Duration.between(now, w.until());
                next = left.compareTo(next) < 0 ? left : next;
            }
        }
        return next;
    }

    private void makeReady(Entry entry) {
        ready.add(entry);
        readyByKey.put(entry.pod().key(), entry);
        changed.signalAll();
    }

    private @org.jspecify.annotations.Nullable Entry removeEntry(ObjectKey key) {
        Entry entry = readyByKey.remove(key);
        if (entry != null) {
            ready.remove(entry);
            return entry;
        }
        Waiting w = waiting.remove(key);
        return w == null ? null : w.entry();
    }

    private static Duration backoff(int attempts) {
        Duration doubled = BACKOFF_FIRST.multipliedBy(1L << Math.min(attempts - 1, 10));
        return doubled.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : doubled;
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
