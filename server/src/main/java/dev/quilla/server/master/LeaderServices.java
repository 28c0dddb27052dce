package dev.quilla.server.master;

import dev.quilla.client.Backoff;
import dev.quilla.store.Leadership;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs only where this master leads: started when it does, tried again with growing waits as
 * long as it does not start, stopped when it no longer leads.
 *
 * <p>Listeners of leadership only say what is wanted. One thread, {@code leader-services}, starts
 * and stops, so that at most one term's services run and a leadership that flaps can't mix them.
 */
final class LeaderServices implements Leadership.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderServices.class);

    private final Services services;
    private final Backoff backoff;
    private final Thread thread = Thread.ofVirtual().name("leader-services").unstarted(this::run);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private OptionalLong term = OptionalLong.empty();
    private boolean closed;

    /** What a leader runs. Called by one thread. */
    interface Services {

        /**
         * Starts everything for one term.
         *
         * @throws IOException if something did not start; then nothing of it runs
         * @throws RuntimeException likewise
         */
        Running start(long term) throws IOException;
    }

    /** Services that run. */
    interface Running extends AutoCloseable {

        /** Stops them all, and waits for that. Reports what goes wrong itself. */
        @Override
        void close();
    }

    /**
     * Makes it; nothing runs before {@link #start}.
     *
     * @param backoff how long to wait before services that failed to start are tried again
     */
    LeaderServices(Services services, Backoff backoff) {
        this.services = services;
        this.backoff = backoff;
    }

    /** Starts to follow a store's leadership. */
    void start(Leadership leadership) {
        thread.start();
        leadership.observe(this);
    }

    @Override
    public void leads(long newTerm) {
        LOG.info("leading in term {}", newTerm);
        want(OptionalLong.of(newTerm));
    }

    @Override
    public void follows() {
        LOG.info("no longer leading");
        want(OptionalLong.empty());
    }

    private void want(OptionalLong wanted) {
        lock.lock();
        try {
            term = wanted;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (OptionalLong next = nextTerm(); next.isPresent(); next = nextTerm()) {
                serve(next.getAsLong());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(long served) throws InterruptedException {
        for (int attempt = 1; leadsIn(served); attempt++) {
            Optional<Running> started = tryStart(served, attempt);
            if (started.isPresent()) {
                try {
                    awaitEnd(served, Long.MAX_VALUE);
                } finally {
                    started.get().close();
                }
            } else {
                awaitEnd(served, backoff.after(attempt).toNanos());
            }
        }
    }

    private Optional<Running> tryStart(long served, int attempt) {
        try {
            Running started = services.start(served);
            LOG.info("leader services of term {} run", served);
            return Optional.of(started);
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.error(
                    "leader services of term {} did not start (attempt {}); next try in {} ms"
                            + " if this master still leads",
                    served,
                    attempt,
                    backoff.after(attempt).toMillis(),
                    e);
            return Optional.empty();
        }
    }

    /** Waits until a term is led; empty when closed. */
    private OptionalLong nextTerm() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && term.isEmpty()) {
                changed.await();
            }
            return closed ? OptionalLong.empty() : term;
        } finally {
            lock.unlock();
        }
    }

    private boolean leadsIn(long served) {
        lock.lock();
        try {
            return !closed && term.equals(OptionalLong.of(served));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the term is no longer led, and no longer than some time. */
    private void awaitEnd(long served, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (left > 0 && leadsIn(served)) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops what runs, and waits for that. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
