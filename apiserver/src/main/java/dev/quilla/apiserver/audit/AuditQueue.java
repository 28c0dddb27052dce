package dev.quilla.apiserver.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to a target by a thread of its own, through a queue with an end. Its mode says what
 * becomes of whoever brings an event while the queue is full, or the target fails.
 */
public final class AuditQueue implements AuditSink {

    private static final Logger LOG = LoggerFactory.getLogger(AuditQueue.class);

    /** What all events that wait may take: some are large. */
    private static final int WAITING_BYTES_MAX = 64 << 20;

    /** What is delivered at once takes no more than this and one event. */
    private static final int BATCH_BYTES_MAX = 4 << 20;

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** What happens where events come faster than they are delivered. */
    public enum Mode {
        /** Events are dropped, and counted. */
        BATCH,
        /** Requests wait until there is room. */
        BLOCKING,
        /** Requests wait until their events are delivered, and end where the first one can't be. */
        BLOCKING_STRICT
    }

    /**
     * How events are delivered.
     *
     * @param queueMax how many may wait
     * @param batchMax how many are delivered at once
     * @param batchWait how long the first of them waits for more; only where nobody waits for it
     */
    public record Settings(Mode mode, int queueMax, int batchMax, Duration batchWait) {}

    /** An event, and what becomes of it. */
    private static final class Entry {
        final byte[] event;
        final CompletableFuture<Boolean> delivered = new CompletableFuture<>();

        Entry(byte[] event) {
            this.event = event;
        }

        /** No event is empty: after this one there is none. */
        boolean isEnd() {
            return event.length == 0;
        }
    }

    private final String name;
    private final AuditTarget target;
    private final Settings settings;
    private final LongSupplier nanos;
    private final BlockingQueue<Entry> queue;
    private final Semaphore room = new Semaphore(WAITING_BYTES_MAX);
    private final Thread thread;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long toldDropped;
    private boolean failing;
    private volatile boolean closed;
    private volatile boolean ended;

    /**
     * Delivers nothing before it is started.
     *
     * @param name what it is, such as {@code log}
     * @param target closed with it
     * @param nanos a clock that only goes forward, in nanoseconds
     */
    public AuditQueue(String name, AuditTarget target, Settings settings, LongSupplier nanos) {
        this.name = name;
        this.target = target;
        this.settings = settings;
        this.nanos = nanos;
        this.queue = new ArrayBlockingQueue<>(settings.queueMax());
        this.thread = Thread.ofVirtual().name("audit-" + name).unstarted(this::deliverAll);
    }

    /** Begins to deliver. */
    public void start() {
        thread.start();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean write(byte[] event) {
        taken.incrementAndGet();
        Entry entry = new Entry(event);
        boolean strict = settings.mode() == Mode.BLOCKING_STRICT;
        if (!(settings.mode() == Mode.BATCH ? offer(entry) : put(entry))) {
            dropped.incrementAndGet();
            return !strict;
        }
        return !strict || isDelivered(entry);
    }

    private boolean offer(Entry entry) {
        if (closed || !room.tryAcquire(entry.event.length)) {
            return false;
        }
        if (queue.offer(entry)) {
            return true;
        }
        room.release(entry.event.length);
        return false;
    }

    private boolean put(Entry entry) {
        if (closed) {
            return false;
        }
        try {
            room.acquire(entry.event.length);
            queue.put(entry);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !ended || !tookBack(entry);
    }

    /** What came after the last delivery is nobody's: neither delivered nor settled. */
    private boolean tookBack(Entry entry) {
        boolean mine = queue.remove(entry);
        if (mine) {
            room.release(entry.event.length);
        }
        return mine;
    }

    private static boolean isDelivered(Entry entry) {
        try {
            return entry.delivered.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("deliveries end as true or false", e);
        }
    }

    @Override
    public Counts counts() {
        return new Counts(taken.get(), dropped.get(), failed.get());
    }

    private void deliverAll() {
        List<Entry> batch = new ArrayList<>();
        try {
            boolean more = true;
            while (more) {
                more = take(batch);
                deliver(batch);
                batch.clear();
                tellDropped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(batch);
        }
    }

    /** Takes what is delivered at once; false if it is the last. */
    private boolean take(List<Entry> batch) throws InterruptedException {
        boolean patient = settings.mode() == Mode.BATCH;
        long until = 0;
        int bytes = 0;
        while (batch.size() < settings.batchMax() && bytes < BATCH_BYTES_MAX) {
            long left = patient && !closed ? until - nanos.getAsLong() : 0;
            Entry next =
                    batch.isEmpty()
                            ? queue.take()
                            : queue.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
            if (next == null) {
                return true;
            }
            if (next.isEnd()) {
                return false;
            }
            if (batch.isEmpty()) {
                until = nanos.getAsLong() + settings.batchWait().toNanos();
            }
            batch.add(next);
            bytes += next.event.length;
        }
        return true;
    }

    private void deliver(List<Entry> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            target.deliver(batch.stream().map(e -> e.event).toList());
            done = true;
            tellFailing(false, "");
        } catch (IOException | RuntimeException e) {
            // The next ones are tried again: no failure of a target ends the record.
            tellFailing(true, e.toString());
        } finally {
            settle(batch, done);
        }
    }

    private void settle(List<Entry> batch, boolean done) {
        if (!done) {
            failed.addAndGet(batch.size());
        }
        for (Entry entry : batch) {
            room.release(entry.event.length);
            entry.delivered.complete(done);
        }
    }

    /** Nobody waits for ever for what is not delivered any more. */
    private void end(List<Entry> batch) {
        closed = true;
        ended = true;
        List<Entry> left = new ArrayList<>(batch);
        left.removeIf(entry -> entry.delivered.isDone());
        queue.drainTo(left);
        left.removeIf(Entry::isEnd);
        if (!left.isEmpty()) {
            settle(left, false);
            LOG.error("{} audit events for the {} were not delivered in time", left.size(), name);
        }
        try {
            target.close();
        } catch (IOException e) {
            LOG.error("the audit {} could not be closed", name, e);
        }
    }

    /** Once when it begins and once when it ends, for a full disk would be told without end. */
    private void tellFailing(boolean now, String why) {
        if (now && !failing) {
            LOG.error("audit events can't be delivered to the {}: {}", name, why);
        } else if (!now && failing) {
            LOG.warn("audit events reach the {} again; {} did not", name, failed.get());
        }
        failing = now;
    }

    private void tellDropped() {
        long now = dropped.get();
        if (now > toldDropped) {
            LOG.warn(
                    "{} audit events for the {} were dropped: the queue was full",
                    now - toldDropped,
                    name);
            toldDropped = now;
        }
    }

    /** Delivers what waits, for some seconds at the most. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!queue.offer(new Entry(new byte[0]), CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    || !thread.join(CLOSE_MAX)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
