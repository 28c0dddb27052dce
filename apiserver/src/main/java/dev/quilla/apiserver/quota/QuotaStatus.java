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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows in the status of quotas what their counters say, and puts right what others write there.
 * Runs on the leader.
 */
public final class QuotaStatus implements ChangeWorker.Source<ObjectKey>, AutoCloseable {

    /** How long changes of a counter are gathered before they are shown. */
    private static final Duration GATHERED = Duration.ofMillis(50);

    /**
     * How long after a quota was written its status is looked at, which others may have written:
     * long enough for its counter's own change to be shown first.
     */
    private static final Duration WRITTEN = Duration.ofSeconds(1);

    private final ObjectStore objects;
    private final QuotaCount count;
    private final ApiClient client;
    private final ApiResource quotas =
            Schema.builtin().find(Resources.RESOURCE_QUOTAS.gvr()).orElseThrow();
    private final List<ChangeWorker<ObjectKey>> workers;

    /** Reads counters there, and writes through a client. */
    public QuotaStatus(ObjectStore objects, ApiClient client) {
        this.objects = objects;
        this.count = new QuotaCount(objects);
        this.client = client;
        this.workers =
                List.of(
                        new ChangeWorker<>(
                                "quota-status", objects, Keys.quotas(), this, this::show),
                        new ChangeWorker<>(
                                "quota-status-written",
                                objects,
                                Keys.objects(quotas.gvr().groupResource(), ""),
                                new Written(),
                                this::show));
    }

    /** Starts. */
    public void start() {
        workers.forEach(ChangeWorker::start);
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

    /** Looks at quotas that were written, by whomever. */
    private final class Written implements ChangeWorker.Source<ObjectKey> {

        @Override
        public void all(View view, WorkQueue<ObjectKey> queue) {
            objects.list(view, quotas, "")
                    .forEach(s -> queue.addAfter(new ResourceQuota(s).key(), WRITTEN));
        }

        @Override
        public void changed(Event event, WorkQueue<ObjectKey> queue) {
            queue.addAfter(Keys.objectOf(event.key()), WRITTEN);
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
        workers.forEach(ChangeWorker::close);
    }
}
