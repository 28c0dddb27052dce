package dev.quilla.apiserver.flow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request that waits for seats. Its fields belong to whoever holds the level's lock. */
final class Waiter {

    private final int seats;
    private final int queue;
    private final CountDownLatch over = new CountDownLatch(1);
    private State state = State.WAITING;

    enum State {
        WAITING,
        SEATED,
        GONE
    }

    Waiter(int seats, int queue) {
        this.seats = seats;
        this.queue = queue;
    }

    int seats() {
        return seats;
    }

    int queue() {
        return queue;
    }

    State state() {
        return state;
    }

    void end(State how) {
        state = how;
        over.countDown();
    }

    /** Waits, without the lock, until it has ended or the time is over. */
    void await(Duration atMost) throws InterruptedException {
        // Which of both it was is seen in the state, under the lock.
        boolean _ = over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
