package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Informers that a process shares: one for each resource and selection, whoever asks. Those asked
 * for before {@link #start} begin there, later ones at once. Thread-safe.
 */
public final class Informers implements AutoCloseable {

    private final ApiClient client;
    private final Pause pause;
    private final RandomGenerator random;
    private final Map<Selection, CachedInformer<?>> informers = new LinkedHashMap<>();
    private List<CachedInformer<?>> first = List.of();
    private State state = State.NEW;

    private enum State {
        NEW,
        STARTED,
        CLOSED
    }

    private record Selection(ResourceType<?> type, ListOptions options) {}

    /** Informers that read through a client. */
    public Informers(ApiClient client) {
        this(client, Pause.real(), () -> ThreadLocalRandom.current().nextLong());
    }

    /** Informers with their own sense of time and chance. */
    public Informers(ApiClient client, Pause pause, RandomGenerator random) {
        this.client = client;
        this.pause = pause;
        this.random = random;
    }

    /** The informer of all objects of a resource. */
    public <T extends ApiObject> Informer<T> of(ResourceType<T> type) {
        return of(type, ListOptions.ALL);
    }

    /** The informer of those objects that the namespace and selectors of the options choose. */
    @SuppressWarnings("unchecked") // the key says of which type the informer is
    public synchronized <T extends ApiObject> Informer<T> of(
            ResourceType<T> type, ListOptions options) {
        if (state == State.CLOSED) {
            throw new IllegalStateException("the informers are closed");
        }
        ListOptions selection =
                ListOptions.inNamespace(options.namespace())
                        .withLabelSelector(options.labelSelector())
                        .withFieldSelector(options.fieldSelector());
        return (Informer<T>)
                informers.computeIfAbsent(
                        new Selection(type, selection), key -> create(type, selection));
    }

    private <T extends ApiObject> CachedInformer<T> create(
            ResourceType<T> type, ListOptions selection) {
        CachedInformer<T> informer =
                new CachedInformer<>(client.resource(type), selection, pause, random);
        if (state == State.STARTED) {
            informer.start();
        }
        return informer;
    }

    /** Ends those of a resource that is no more; who asks for one again gets a new one. */
    public synchronized void drop(ResourceType<?> type) {
        informers
                .entrySet()
                .removeIf(entry -> {
                    boolean dropped = entry.getKey().type().equals(type);
                    if (dropped) {
                        entry.getValue().close();
                    }
                    return dropped;
                });
    }

    /** Starts to follow the API. Idempotent. */
    public synchronized void start() {
        if (state == State.NEW) {
            state = State.STARTED;
            first = List.copyOf(informers.values());
            first.forEach(CachedInformer::start);
        }
    }

    /**
     * Waits until every informer that was asked for before the start has its first list; false when
     * too slow. Later ones may be of resources that come and go.
     */
    public boolean awaitSynced(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (CachedInformer<?> informer : first()) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (!informer.awaitSynced(left)) {
                return false;
            }
        }
        return true;
    }

    private synchronized List<CachedInformer<?>> first() {
        return first;
    }

    @Override
    public synchronized void close() {
        state = State.CLOSED;
        informers.values().forEach(CachedInformer::close);
        informers.clear();
    }
}
