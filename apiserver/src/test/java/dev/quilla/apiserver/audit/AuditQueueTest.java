package dev.quilla.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.audit.AuditQueue.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AuditQueueTest {

    /** Takes batches while it is let, and fails while it is told to. */
    private static final class Target implements AuditTarget {
        final List<List<String>> batches = new CopyOnWriteArrayList<>();
        final Semaphore let = new Semaphore(0);
        volatile boolean fails;
        volatile boolean closed;

        @Override
        public void deliver(List<byte[]> events) throws IOException, InterruptedException {
            let.acquire();
            if (fails) {
                throw new IOException("full");
            }
            batches.add(events.stream().map(e -> new String(e, StandardCharsets.UTF_8)).toList());
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Target target = new Target();

    private AuditQueue queue(Mode mode, int queueMax) {
        return new AuditQueue(
                "test",
                target,
                new AuditQueue.Settings(mode, queueMax, 3, Duration.ofHours(1)),
                System::nanoTime);
    }

    private static boolean write(AuditQueue queue, int i) {
        return queue.write(("e" + i).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatThereIsNoRoomForIsDroppedAndCounted() {
        AuditQueue queue = queue(Mode.BATCH, 3);
        for (int i = 0; i < 5; i++) {
            assertTrue(write(queue, i));
        }
        assertEquals(new AuditSink.Counts(5, 2, 0), queue.counts());
        target.let.release(10);
        queue.start();
        queue.close();
        assertEquals(List.of(List.of("e0", "e1", "e2")), target.batches);
        assertTrue(target.closed);
        assertTrue(write(queue, 6));
        assertEquals(new AuditSink.Counts(6, 3, 0), queue.counts());
    }

    @Test
    void waitsForAFullBatchButNotWhenItCloses() {
        AuditQueue queue = queue(Mode.BATCH, 100);
        target.let.release(10);
        for (int i = 0; i < 4; i++) {
            write(queue, i);
        }
        queue.start();
        queue.close();
        queue.close();
        assertEquals(List.of(List.of("e0", "e1", "e2"), List.of("e3")), target.batches);
        assertEquals(new AuditSink.Counts(4, 0, 0), queue.counts());
    }

    @Test
    void blockingLosesNothing() {
        AuditQueue queue = queue(Mode.BLOCKING, 2);
        target.let.release(1_000);
        queue.start();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            write(queue, i);
            expected.add("e" + i);
        }
        queue.close();
        assertEquals(expected, target.batches.stream().flatMap(List::stream).toList());
        assertEquals(new AuditSink.Counts(500, 0, 0), queue.counts());
    }

    @Test
    void aTargetThatFailsIsTriedAgainWithWhatComesNext() {
        AuditQueue queue = queue(Mode.BLOCKING_STRICT, 2);
        target.let.release(10);
        queue.start();
        target.fails = true;
        assertFalse(write(queue, 0));
        target.fails = false;
        assertTrue(write(queue, 1));
        assertEquals(List.of(List.of("e1")), target.batches);
        assertEquals(new AuditSink.Counts(2, 0, 1), queue.counts());
        queue.close();
        assertFalse(write(queue, 2));
    }

    @Test
    void strictReturnsNoSoonerThanTheEventIsDelivered() {
        AuditQueue queue = queue(Mode.BLOCKING_STRICT, 2);
        queue.start();
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        Thread writer = Thread.ofVirtual().start(() -> written.complete(write(queue, 0)));
        while (!target.let.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
        assertFalse(written.isDone());
        target.let.release();
        assertTrue(written.join());
        assertTrue(writer.isVirtual());
        queue.close();
    }
}
