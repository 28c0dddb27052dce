package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A read-only cache of one resource, kept up to date by list and watch. Reading never waits and
 * sees each object as it was at some moment; the cache lags behind the API by the time that events
 * need, and never goes back in time. Thread-safe.
 */
public interface Informer<T extends ApiObject> extends AutoCloseable {

    /** An object, if it is there. */
    Optional<T> get(ObjectKey key);

    /** All objects, in no order. */
    Stream<T> all();

    /** All objects of a namespace, in no order. */
    Stream<T> inNamespace(String namespace);

    /**
     * The objects under a value of an index, in no order.
     *
     * @throws IllegalArgumentException if the index was not registered
     */
    Stream<T> byIndex(Index<? super T> index, String value);

    /** Registers an index, also of objects that are already there. Idempotent. */
    void addIndex(Index<? super T> index);

    /**
     * Tells a listener of all changes, in order, from one virtual thread. What is already there
     * comes first, as {@link Change.Added}. A slow listener slows all listeners of this informer,
     * and in the end the cache, but loses nothing; what it throws is logged.
     */
    Subscription onChange(Consumer<? super Change<T>> listener);

    /** Whether the first list has arrived. */
    boolean synced();

    /** Waits until {@link #synced}; false when it took too long. */
    boolean awaitSynced(Duration atMost) throws InterruptedException;

    /** The newest revision that the cache has seen; empty before it is synced. */
    String resourceVersion();

    /** Stops following the API; the cache stays as it is. */
    @Override
    void close();
}
