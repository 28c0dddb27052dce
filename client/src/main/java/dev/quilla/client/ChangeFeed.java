package dev.quilla.client;

import dev.quilla.model.ApiObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes of one cache to its listeners, in order, on one virtual thread, which is there
 * while there is something to tell: of many kinds there are no objects. The informer's lock guards
 * the queue and the list of listeners; {@link #publish} and {@link #add} are called with it held,
 * delivery happens without.
 *
 * <p>When more than {@link #WAITING_MAX} changes wait, the informer waits too, falls behind and, in
 * the worst case, lists again. Nothing is lost.
 */
final class ChangeFeed<T extends ApiObject> implements AutoCloseable {

    static final int WAITING_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    private final ReentrantLock lock;
    private final Condition room;
    private final Deque<Delivery<T>> waiting = new ArrayDeque<>();
    private final String name;
    private List<Listener<T>> listeners = List.of();
    private @Nullable Thread thread;
    private boolean started;
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
        this.room = lock.newCondition();
        this.name = "changes-" + name;
    }

    void start() {
        lock.lock();
        try {
            started = true;
            wake();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (started && !closed && thread == null && !waiting.isEmpty()) {
            thread = Thread.ofVirtual().name(name).start(this::run);
        }
    }

    /** Queues changes for the listeners of now; waits while too many wait already. */
    void publish(List<Change<T>> changes) throws InterruptedException {
        if (listeners.isEmpty()) {
            return;
        }
        changes.forEach(change -> waiting.add(new Delivery<>(listeners, change)));
        wake();
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
        wake();
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
        for (Optional<Delivery<T>> next = next(); next.isPresent(); next = next()) {
            deliver(next.get());
        }
    }

    /** What is to be told next; where there is nothing, this thread is not the feed's any more. */
    private Optional<Delivery<T>> next() {
        lock.lock();
        try {
            if (closed || waiting.isEmpty()) {
                thread = null;
                return Optional.empty();
            }
            Delivery<T> next = waiting.remove();
            if (waiting.size() == WAITING_MAX) {
                room.signalAll();
            }
            return Optional.of(next);
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
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
