package dev.quilla.apiserver.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnTest {

    private static final int AT_ONCE = 2;

    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final AtomicInteger computing = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Test
    void noMoreComputeAtOnceThanMay() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            threads.add(Thread.startVirtualThread(this::computeInPieces));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(most.get() <= AT_ONCE, most + " computed at once");
        assertEquals(AT_ONCE, turns.availablePermits());
    }

    private void computeInPieces() {
        Turn turn = Turn.of(turns);
        for (int piece = 0; piece < 20; piece++) {
            turn.take();
            most.accumulateAndGet(computing.incrementAndGet(), Math::max);
            turn.pause();
            computing.decrementAndGet();
            turn.giveBack();
        }
    }

    @Test
    void takingAndGivingItTwiceIsAsGoodAsOnce() {
        Turn turn = Turn.of(turns);
        turn.take();
        turn.take();
        assertEquals(AT_ONCE - 1, turns.availablePermits());
        turn.giveBack();
        turn.giveBack();
        assertEquals(AT_ONCE, turns.availablePermits());
    }

    @Test
    void whoNeedsNoneGoesOn() {
        for (int i = 0; i <= AT_ONCE; i++) {
            Turn.FREE.take();
        }
        Turn.FREE.giveBack();
    }
}
