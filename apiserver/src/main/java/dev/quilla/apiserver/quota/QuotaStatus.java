package dev.quilla.apiserver.quota;

import dev.quilla.apiserver.registry.ChangeWorker;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.client.ApiClient;
import dev.quilla.client.WorkQueue;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.store.Amounts;
import dev.quilla.store.Event;
import dev.quilla.store.View;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Shows in the status of quotas what their counters say. Runs on the leader. */
public final class QuotaStatus implements ChangeWorker.Source<ObjectKey>, AutoCloseable {

    /** How long changes of a counter are gathered before they are shown. */
    private static final Duration GATHERED = Duration.ofMillis(50);

    private final ObjectStore objects;
    private final QuotaCount count;
    private final ApiClient client;
    private final ApiResource quotas =
            Schema.builtin().find(Resources.RESOURCE_QUOTAS.gvr()).orElseThrow();
    private final ChangeWorker<ObjectKey> worker;

    /** Reads counters there, and writes through a client. */
    public QuotaStatus(ObjectStore objects, ApiClient client) {
        this.objects = objects;
        this.count = new QuotaCount(objects);
        this.client = client;
        this.worker = new ChangeWorker<>("quota-status", objects, Keys.quotas(), this, this::show);
    }

    /** Starts. */
    public void start() {
        worker.start();
    }

    @Override
    public void all(View view, WorkQueue<ObjectKey> queue) {
        objects.list(view, quotas, "").forEach(s -> queue.add(new ResourceQuota(s).key()));
    }

    @Override
    public void changed(Event event, WorkQueue<ObjectKey> queue) {
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
        worker.close();
    }
}
