package dev.quilla.controller;

import dev.quilla.client.Subscription;
import dev.quilla.client.TransportException;
import dev.quilla.client.WorkQueue;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one loop that all controllers share: takes keys, reconciles, backs off on errors. */
final class ReconcileLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
    private static final int THREADS = 4;

    private final Controller controller;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    ReconcileLoop(Controller controller) {
        this.controller = controller;
    }

    void start() {
        controller.triggers().forEach(t -> subscriptions.add(t.start(queue::add)));
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofVirtual().name(controller.name() + "-" + i).start(this::run));
        }
    }

    private void run() {
        try {
            for (Optional<ObjectKey> key = queue.take(); key.isPresent(); key = queue.take()) {
                reconcile(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reconcile(ObjectKey key) {
        try {
            switch (controller.reconcile(key)) {
                case Controller.Outcome.Done ignored -> queue.forget(key);
                case Controller.Outcome.After after -> {
                    queue.forget(key);
                    queue.addAfter(key, after.delay());
                }
            }
        } catch (ApiException e) {
            // Conflicts are everyday life: somebody else was quicker, and the next look will tell.
            LOG.debug("{} {}: {}", controller.name(), key, e.getMessage());
            queue.addRateLimited(key);
        } catch (TransportException e) {
            LOG.warn("{} {}: {}", controller.name(), key, e.getMessage());
            queue.addRateLimited(key);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", controller.name(), key, e);
            queue.addRateLimited(key);
        } finally {
            queue.done(key);
        }
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
        queue.close();
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
