package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class BoundedCloseTest {

    private static final Duration LONG = Duration.ofSeconds(15);

    @Test
    void whatClosesIsClosed() {
        CountDownLatch closed = new CountDownLatch(1);
        assertTrue(BoundedClose.run(closed::countDown, LONG));
        assertEquals(0, closed.getCount());
    }

    /** As Ratis' log does: under its lock it waits for a thread that wants that lock. */
    @Test
    void whatWaitsForItselfIsLeft() {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        CountDownLatch held = new CountDownLatch(1);
        Thread eviction =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                held.await();
                                lock.readLock().lock();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        boolean closed =
                BoundedClose.run(
                        () -> {
                            lock.writeLock().lock();
                            held.countDown();
                            try {
                                eviction.join();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        },
                        Duration.ofMillis(50));
        assertFalse(closed);
    }

    @Test
    void whatFailsSaysWhy() {
        StoreException e =
                assertThrows(
                        StoreException.class,
                        () ->
                                BoundedClose.run(
                                        () -> {
                                            throw new IOException("the disk is gone");
                                        },
                                        LONG));
        assertTrue(String.valueOf(e.getMessage()).contains("the disk is gone"));
    }
}
