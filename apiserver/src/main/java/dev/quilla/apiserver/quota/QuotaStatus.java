package dev.quilla.apiserver.quota;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.client.ApiClient;
import dev.quilla.client.WorkQueue;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.store.Amounts;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Event;
import dev.quilla.store.StoreException;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows in the status of quotas what their counters say. Runs on the leader; two threads: {@code
 * quota-watch} learns which counters change, {@code quota-status} writes.
 */
public final class QuotaStatus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaStatus.class);

    /** How long changes of a counter are gathered before they are shown. */
    private static final Duration GATHERED = Duration.ofMillis(50);

    private static final Duration WATCH = Duration.ofSeconds(10);

    private final ObjectStore objects;
    private final QuotaCount count;
    private final ApiClient client;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>();
    private final ApiResource quotas =
            Schema.builtin().find(Resources.RESOURCE_QUOTAS.gvr()).orElseThrow();
    private final Thread watcher = Thread.ofVirtual().name("quota-watch").unstarted(this::follow);
    private final Thread writer = Thread.ofVirtual().name("quota-status").unstarted(this::write);

    /** Reads counters there, and writes through a client. */
    public QuotaStatus(ObjectStore objects, ApiClient client) {
        this.objects = objects;
        this.count = new QuotaCount(objects);
        this.client = client;
    }

    /** Starts. */
    public void start() {
        watcher.start();
        writer.start();
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
        objects.list(view, quotas, "").forEach(s -> queue.add(new ResourceQuota(s).key()));
        try (Watch watch = objects.store().watch(Keys.quotas(), view.revision())) {
            while (!Thread.currentThread().isInterrupted()) {
                watch.next(WATCH).events().forEach(this::changed);
            }
        } catch (CompactedException e) {
            LOG.debug("the history of quotas is no longer kept: looking at all of them again");
        }
    }

    private void changed(Event event) {
        Optional<ObjectKey> counted = Keys.quotaOf(event.key());
        if (counted.isPresent()) {
            queue.addAfter(counted.get(), GATHERED);
        } else {
            Keys.quotaSetOf(event.key())
                    .ifPresent(namespace ->
                            objects.list(objects.local(), quotas, namespace)
                                    .forEach(s -> queue.add(new ResourceQuota(s).key())));
        }
    }

    private void write() {
        try {
            for (Optional<ObjectKey> key = queue.take(); key.isPresent(); key = queue.take()) {
                tryShow(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryShow(ObjectKey key) {
        try {
            show(key);
            queue.forget(key);
        } catch (ApiException | StoreException e) {
            LOG.debug("the status of quota {} could not be written: {}", key, e.getMessage());
            queue.addRateLimited(key);
        } catch (RuntimeException e) {
            LOG.error("the status of quota {} could not be written", key, e);
            queue.addRateLimited(key);
        } finally {
            queue.done(key);
        }
    }

    private void show(ObjectKey key) {
        View view = objects.local();
        Optional<ResourceQuota> found =
                objects.find(view, quotas, key).map(Stored::object).map(ResourceQuota::new);
        if (found.isEmpty()) {
            return;
        }
        ResourceQuota object = found.get();
        Quota quota = new Quota(object);
        Optional<Amounts> counted = QuotaCount.counted(view, quota);
        if (counted.isEmpty()) {
            // Counting changes the counter, which brings the key back.
            count.ensure(view, quota);
            return;
        }
        Map<String, Quantity> used = quota.used(counted.get());
        if (!object.status().hard().equals(object.spec().hard())
                || !object.status().used().equals(used)) {
            client.resource(Resources.RESOURCE_QUOTAS)
                    .updateStatus(
                            object.toBuilder()
                                    .status(s -> s.hard(object.spec().hard()).used(used))
                                    .build());
        }
    }

    @Override
    public void close() {
        queue.close();
        for (Thread thread : new Thread[] {watcher, writer}) {
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
