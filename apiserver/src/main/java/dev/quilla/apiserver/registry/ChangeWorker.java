package dev.quilla.apiserver.registry;

import dev.quilla.client.WorkQueue;
import dev.quilla.model.ApiException;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Event;
import dev.quilla.store.KeyRange;
import dev.quilla.store.StoreException;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on what changes in a range of the store, and on all of it at first; what fails is tried
 * again, later each time. Two threads: one learns what changed, one works.
 *
 * @param <K> names a piece of work; one that waits already is done once
 */
public final class ChangeWorker<K> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeWorker.class);

    /** How long a look waits for changes; only how soon the thread sees that it is to end. */
    private static final Duration WATCH = Duration.ofSeconds(10);

    /** What there is to do. */
    public interface Source<K> {

        /** Everything, as things stand. */
        void all(View view, WorkQueue<K> queue);

        /** What follows from a change. */
        void changed(Event event, WorkQueue<K> queue);
    }

    private final String name;
    private final ObjectStore objects;
    private final KeyRange range;
    private final Source<K> source;
    private final Consumer<K> work;
    private final WorkQueue<K> queue = new WorkQueue<>();
    private final List<Thread> threads;

    /**
     * A worker that is not started yet.
     *
     * @param name for its threads, and for what it logs
     * @param work may fail
     */
    public ChangeWorker(
            String name, ObjectStore objects, KeyRange range, Source<K> source, Consumer<K> work) {
        this.name = name;
        this.objects = objects;
        this.range = range;
        this.source = source;
        this.work = work;
        this.threads =
                List.of(
                        Thread.ofVirtual().name(name + "-watch").unstarted(this::follow),
                        Thread.ofVirtual().name(name).unstarted(this::run));
    }

    /** One that has one thing to do, whatever changes in a group. */
    public static ChangeWorker<String> ofGroup(
            String name, ObjectStore objects, String group, Runnable work) {
        Source<String> source =
                new Source<>() {
                    @Override
                    public void all(View view, WorkQueue<String> queue) {
                        queue.add(group);
                    }

                    @Override
                    public void changed(Event event, WorkQueue<String> queue) {
                        queue.add(group);
                    }
                };
        return new ChangeWorker<>(name, objects, Keys.group(group), source, key -> work.run());
    }

    /** Starts. */
    public void start() {
        threads.forEach(Thread::start);
    }

    private void follow() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                followOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From all there is, through all that changes, until the history is no longer kept. */
    private void followOnce() throws InterruptedException {
        View view = objects.local();
        source.all(view, queue);
        try (Watch watch = objects.store().watch(range, view.revision())) {
            while (!Thread.currentThread().isInterrupted()) {
                watch.next(WATCH).events().forEach(event -> source.changed(event, queue));
            }
        } catch (CompactedException e) {
            LOG.debug("{}: history is no longer kept, looking at everything again", name);
        }
    }

    private void run() {
        try {
            for (Optional<K> key = queue.take(); key.isPresent(); key = queue.take()) {
                attempt(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt(K key) {
        try {
            work.accept(key);
            queue.forget(key);
        } catch (ApiException | StoreException e) {
            LOG.debug("{}: {} is tried again: {}", name, key, e.getMessage());
            queue.addRateLimited(key);
        } catch (RuntimeException e) {
            LOG.error("{}: {} failed, and is tried again", name, key, e);
            queue.addRateLimited(key);
        } finally {
            queue.done(key);
        }
    }

    /** Ends both threads, and waits for that. */
    @Override
    public void close() {
        queue.close();
        for (Thread thread : threads) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
