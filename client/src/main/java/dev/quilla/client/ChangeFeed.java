package dev.quilla.client;

import dev.quilla.model.ApiObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes of one cache to its listeners, in order, on one virtual thread. The informer's
 * lock guards the queue and the list of listeners; {@link #publish} and {@link #add} are called
 * with it held, delivery happens without.
 *
 * <p>When more than {@link #WAITING_MAX} changes wait, the informer waits too, falls behind and, in
 * the worst case, lists again. Nothing is lost.
 */
final class ChangeFeed<T extends ApiObject> implements AutoCloseable {

    static final int WAITING_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    private final ReentrantLock lock;
    private final Condition work;
    private final Condition room;
    private final Deque<Delivery<T>> waiting = new ArrayDeque<>();
    private final Thread thread;
    private List<Listener<T>> listeners = List.of();
    private boolean closed;

    private record Delivery<T>(List<Listener<T>> to, Change<T> change) {}

    private static final class Listener<T> {
        private final Consumer<? super Change<T>> consumer;
        private volatile boolean listening = true;

        Listener(Consumer<? super Change<T>> consumer) {
            this.consumer = consumer;
        }
    }

    ChangeFeed(String name, ReentrantLock lock) {
        this.lock = lock;
        this.work = lock.newCondition();
        this.room = lock.newCondition();
        this.thread = Thread.ofVirtual().name("changes-" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Queues changes for the listeners of now; waits while too many wait already. */
    void publish(List<Change<T>> changes) throws InterruptedException {
        if (listeners.isEmpty()) {
            return;
        }
        changes.forEach(change -> waiting.add(new Delivery<>(listeners, change)));
        work.signal();
        while (waiting.size() > WAITING_MAX && !closed) {
            room.await();
        }
    }

    /** Adds a listener, which is told first of what is there. */
    Subscription add(Consumer<? super Change<T>> consumer, Stream<T> present) {
        Listener<T> listener = new Listener<>(consumer);
        present.forEach(object ->
                waiting.add(new Delivery<>(List.of(listener), new Change.Added<>(object))));
        listeners = Stream.concat(listeners.stream(), Stream.of(listener)).toList();
        work.signal();
        return () -> remove(listener);
    }

    private void remove(Listener<T> listener) {
        listener.listening = false;
        lock.lock();
        try {
            listeners = listeners.stream().filter(l -> l.listening).toList();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                deliver(next());
            }
        } catch (InterruptedException e) {
            LOG.trace("{} closed", Thread.currentThread().getName());
        }
    }

    private Delivery<T> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                work.await();
            }
            Delivery<T> next = waiting.remove();
            if (waiting.size() == WAITING_MAX) {
                room.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Delivery<T> delivery) {
        for (Listener<T> listener : delivery.to()) {
            if (!listener.listening) {
                continue;
            }
            try {
                listener.consumer.accept(delivery.change());
            } catch (RuntimeException e) {
                LOG.error("A listener failed on {}", delivery.change().object().key(), e);
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
