package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The informer: a {@link Reflector} on a thread of its own writes an {@link ObjectCache}, a {@link
 * ChangeFeed} on another tells listeners. The lock makes "cache and queue" one step.
 */
final class CachedInformer<T extends ApiObject> implements Informer<T>, Reflector.Sink<T> {

    private final ReentrantLock lock = new ReentrantLock();
    private final ObjectCache<T> cache = new ObjectCache<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();
    private final ChangeFeed<T> feed;
    private final Reflector<T> reflector;
    private final Thread thread;
    private volatile String revision = "";

    CachedInformer(
            ResourceClient<T> client, ListOptions options, Pause pause, RandomGenerator random) {
        String name = client.type().gvr().groupResource().toString();
        this.feed = new ChangeFeed<>(name, lock);
        this.reflector = new Reflector<>(client, options, this, pause, random);
        this.thread = Thread.ofVirtual().name("informer-" + name).unstarted(reflector);
    }

    void start() {
        if (started.compareAndSet(false, true)) {
            feed.start();
            thread.start();
        }
    }

    @Override
    public Optional<T> get(ObjectKey key) {
        return cache.get(key);
    }

    @Override
    public Stream<T> all() {
        return cache.all();
    }

    @Override
    public Stream<T> inNamespace(String namespace) {
        return cache.inNamespace(namespace);
    }

    @Override
    public Stream<T> byIndex(Index<? super T> index, String value) {
        return cache.byIndex(index.name(), value);
    }

    @Override
    public void addIndex(Index<? super T> index) {
        lock.lock();
        try {
            cache.addIndex(index);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Subscription onChange(Consumer<? super Change<T>> listener) {
        lock.lock();
        try {
            return feed.add(listener, cache.all());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean synced() {
        return synced.getCount() == 0;
    }

    @Override
    public boolean awaitSynced(Duration atMost) throws InterruptedException {
        return synced.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String resourceVersion() {
        return revision;
    }

    @Override
    public void listed(List<T> objects, String at) throws InterruptedException {
        lock.lock();
        try {
            List<Change<T>> changes = cache.replace(objects);
            revision = at;
            synced.countDown();
            feed.publish(changes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void changed(T object, String at) throws InterruptedException {
        lock.lock();
        try {
            List<Change<T>> changes = cache.put(object);
            revision = at;
            feed.publish(changes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deleted(T last, String at) throws InterruptedException {
        lock.lock();
        try {
            List<Change<T>> changes = cache.remove(last);
            revision = at;
            feed.publish(changes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void reached(String at) {
        revision = at;
    }

    @Override
    public void close() {
        reflector.close();
        thread.interrupt();
        feed.close();
    }
}
