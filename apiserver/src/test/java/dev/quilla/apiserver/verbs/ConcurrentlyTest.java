package dev.quilla.apiserver.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConcurrentlyTest {

    private static final List<Integer> ITEMS = IntStream.range(0, 40).boxed().toList();

    @Test
    void eachItemOnceAndSomeAtOnce() {
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        CyclicBarrier four = new CyclicBarrier(4);
        AtomicInteger running = new AtomicInteger();
        Concurrently.forEach(
                ITEMS,
                4,
                i -> {
                    assertTrue(running.incrementAndGet() <= 4);
                    meet(four);
                    assertTrue(done.add(i));
                    running.decrementAndGet();
                });
        assertEquals(Set.copyOf(ITEMS), done);
    }

    @Test
    void tellsAFailureWhenTheOthersHaveEnded() {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        IllegalStateException failure = new IllegalStateException("no");
        CyclicBarrier begun = new CyclicBarrier(2);
        IllegalStateException told =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                Concurrently.forEach(
                                        ITEMS,
                                        2,
                                        i -> {
                                            meet(begun);
                                            if (i == 0) {
                                                failed.countDown();
                                                throw failure;
                                            }
                                            await(failed);
                                            ended.incrementAndGet();
                                        }));
        assertSame(failure, told);
        assertEquals(1, ended.get(), "what was under way has ended, and nothing more was begun");
    }

    @Test
    void nothingToDo() {
        Concurrently.forEach(
                List.<Integer>of(),
                4,
                i -> {
                    throw new AssertionError();
                });
    }

    private static void meet(CyclicBarrier others) {
        try {
            others.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
