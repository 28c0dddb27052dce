package dev.quilla.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.core.v1.ConfigMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ChangeFeedTest {

    private record Told(String name, Thread by) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final ChangeFeed<ConfigMap> feed = new ChangeFeed<>("maps", lock);

    private void listen() {
        lock.lock();
        try {
            feed.add(
                    change -> told.add(new Told(change.object().name(), Thread.currentThread())),
                    Stream.of());
        } finally {
            lock.unlock();
        }
    }

    private void publish(String... names) throws InterruptedException {
        lock.lock();
        try {
            feed.publish(
                    Stream.of(names)
                            .map(name -> ConfigMap.builder().metadata(m -> m.name(name)).build())
                            .<Change<ConfigMap>>map(Change.Added::new)
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    private Told next() throws InterruptedException {
        Told next = told.poll(10, TimeUnit.SECONDS);
        assertTrue(next != null, "nothing was told");
        return next;
    }

    @Test
    void hasAThreadOnlyWhileThereIsSomethingToTell() throws InterruptedException {
        listen();
        feed.start();
        publish("a");
        Told first = next();
        assertTrue(first.by().join(Duration.ofSeconds(10)));
        publish("b");
        assertEquals("b", next().name());
        feed.close();
    }

    @Test
    void tellsWhatWaitedForTheStartInOrder() throws InterruptedException {
        listen();
        publish("a", "b");
        publish("c");
        feed.start();
        assertEquals(List.of("a", "b", "c"), List.of(next().name(), next().name(), next().name()));
        feed.close();
    }

    @Test
    void tellsNothingOnceItIsClosed() throws InterruptedException {
        listen();
        feed.start();
        feed.close();
        publish("a");
        assertTrue(told.isEmpty());
    }
}
