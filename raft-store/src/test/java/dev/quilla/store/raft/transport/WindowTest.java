package dev.quilla.store.raft.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.raft.transport.Window.Sent;
import java.util.OptionalLong;
import org.apache.ratis.util.Timestamp;
import org.junit.jupiter.api.Test;

class WindowTest {

    private final Window window = new Window();
    private long calls;

    private Sent entries(long first, long bytes) {
        return new Sent(++calls, first, bytes, Timestamp.currentTime());
    }

    private Sent heartbeat() {
        return new Sent(++calls, -1, 0, Timestamp.currentTime());
    }

    private void flow() {
        Sent first = entries(1, 10);
        window.add(first);
        assertTrue(window.remove(first));
        window.succeeded();
    }

    @Test
    void oneRequestWithEntriesUntilOneHasSucceeded() {
        assertTrue(window.hasRoom());
        window.add(heartbeat());
        assertTrue(window.hasRoom());
        Sent first = entries(1, 10);
        window.add(first);
        assertFalse(window.hasRoom());
        window.remove(first);
        window.succeeded();
        window.add(entries(2, 10));
        assertTrue(window.hasRoom());
    }

    @Test
    void soManyRequestsAndSoManyBytesAndNoMore() {
        flow();
        for (int i = 0; i < 64; i++) {
            assertTrue(window.hasRoom());
            window.add(entries(i, 1));
        }
        assertFalse(window.hasRoom());
        window.failed();
        flow();
        window.add(entries(1, 8 << 20));
        assertFalse(window.hasRoom());
    }

    @Test
    void whatIsLostIsSentAgainFromItsFirstEntry() {
        flow();
        window.add(heartbeat());
        window.add(entries(7, 1));
        window.add(entries(9, 1));
        assertEquals(OptionalLong.of(7), window.failed());
        assertTrue(window.isEmpty());
        assertFalse(window.flows());
        assertEquals(1, window.failures());
    }

    @Test
    void heartbeatsAloneLoseNothing() {
        window.add(heartbeat());
        assertEquals(OptionalLong.empty(), window.failed());
        window.failed();
        assertEquals(2, window.failures());
        window.succeeded();
        assertEquals(0, window.failures());
    }

    @Test
    void anAnswerToWhatWasTakenForLostCountsForNothing() {
        Sent late = entries(1, 10);
        window.add(late);
        window.failed();
        assertFalse(window.remove(late));
        window.add(entries(1, 10));
        assertFalse(window.hasRoom());
    }

    @Test
    void theOldestIsTheOneThatWaitsLongest() {
        assertNull(window.oldest());
        Sent first = heartbeat();
        Sent second = entries(1, 1);
        window.add(first);
        window.add(second);
        assertSame(first, window.oldest());
        window.remove(first);
        assertSame(second, window.oldest());
    }
}
