package dev.quilla.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final AtomicLong now = new AtomicLong();
    private final WorkQueue<String> queue =
            new WorkQueue<>(new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)), 3, now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void keepsAKeyOnce() {
        queue.add("a");
        queue.add("b");
        queue.add("a");
        assertEquals(2, queue.size());
        assertEquals(Optional.of("a"), queue.poll());
        assertEquals(Optional.of("b"), queue.poll());
        assertEquals(Optional.empty(), queue.poll());
    }

    @Test
    void givesAKeyToOneWorkerAtATime() {
        queue.add("a");
        assertEquals(Optional.of("a"), queue.poll());
        queue.add("a");
        assertEquals(Optional.empty(), queue.poll(), "a is being worked on");
        queue.done("a");
        assertEquals(Optional.of("a"), queue.poll());
        queue.done("a");
        assertEquals(Optional.empty(), queue.poll());
    }

    @Test
    void addsLaterAndTheSoonestCounts() {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(5));
        queue.addAfter("a", Duration.ofSeconds(20));
        pass(Duration.ofSeconds(4));
        assertEquals(Optional.empty(), queue.poll());
        pass(Duration.ofSeconds(1));
        assertEquals(Optional.of("a"), queue.poll());
        queue.done("a");
        pass(Duration.ofSeconds(60));
        assertEquals(Optional.empty(), queue.poll());
    }

    @Test
    void waitsLongerAfterEachFailureUpToACap() {
        for (int millis : new int[] {10, 20, 40, 50, 50}) {
            queue.addRateLimited("a");
            pass(Duration.ofMillis(millis - 1));
            assertEquals(Optional.empty(), queue.poll());
            pass(Duration.ofMillis(1));
            assertEquals(Optional.of("a"), queue.poll());
            queue.done("a");
        }
        assertEquals(5, queue.failures("a"));
        queue.forget("a");
        queue.addRateLimited("a");
        pass(Duration.ofMillis(10));
        assertEquals(Optional.of("a"), queue.poll());
    }

    @Test
    void holdsUpWhoAddsToAFullQueue() throws Exception {
        queue.add("a");
        queue.add("b");
        queue.add("c");
        queue.add("a");
        Thread adder = Thread.ofVirtual().start(() -> queue.add("d"));
        Eventually.eventually("waits", () -> adder.getState() == Thread.State.WAITING);
        assertEquals(Optional.of("a"), queue.take());
        adder.join();
        assertEquals(3, queue.size());
    }

    @Test
    void closingWakesEverybody() throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            if (queue.take().isEmpty()) {
                                ended.countDown();
                            }
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    });
        }
        queue.close();
        ended.await();
        queue.add("a");
        assertEquals(Optional.empty(), queue.poll());
    }

    @Test
    void manyWorkersNeverShareAKeyAndLoseNone() throws Exception {
        WorkQueue<Integer> shared = new WorkQueue<>();
        Set<Integer> working = ConcurrentHashMap.newKeySet();
        AtomicInteger[] added = new AtomicInteger[8];
        AtomicInteger[] seen = new AtomicInteger[8];
        for (int key = 0; key < 8; key++) {
            added[key] = new AtomicInteger();
            seen[key] = new AtomicInteger();
        }
        AtomicInteger shares = new AtomicInteger();
        Thread[] workers = new Thread[4];
        for (int w = 0; w < workers.length; w++) {
            workers[w] = Thread.ofVirtual().start(() -> work(shared, working, added, seen, shares));
        }
        for (int i = 0; i < 4000; i++) {
            added[i % 8].incrementAndGet();
            if (i % 5 == 0) {
                shared.addAfter(i % 8, Duration.ofNanos(i * 100L));
            } else {
                shared.add(i % 8);
            }
        }
        for (int key = 0; key < 8; key++) {
            int k = key;
            Eventually.eventually("key " + k, () -> seen[k].get() == added[k].get());
        }
        shared.close();
        for (Thread worker : workers) {
            worker.join();
        }
        assertEquals(0, shares.get());
        assertFalse(added[0].get() == 0);
        assertTrue(working.isEmpty());
    }

    private static void work(
            WorkQueue<Integer> queue,
            Set<Integer> working,
            AtomicInteger[] added,
            AtomicInteger[] seen,
            AtomicInteger shares) {
        try {
            for (Optional<Integer> key = queue.take(); key.isPresent(); key = queue.take()) {
                int k = key.get();
                if (!working.add(k)) {
                    shares.incrementAndGet();
                }
                seen[k].set(added[k].get());
                working.remove(k);
                queue.done(k);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
