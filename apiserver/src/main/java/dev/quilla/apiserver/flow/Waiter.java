package dev.quilla.apiserver.flow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request that waits for seats. Its fields belong to whoever holds the level's lock. */
final class Waiter {

    private final Asked asked;
    private final int seats;
    private final int queue;
    private final CountDownLatch over = new CountDownLatch(1);
    private State state = State.WAITING;

    enum State {
        WAITING,
        SEATED,
        /** It has waited too long. */
        LATE,
        /** Its client has left. */
        GONE
    }

    Waiter(Asked asked, int seats, int queue) {
        this.asked = asked;
        this.seats = seats;
        this.queue = queue;
    }

    Asked asked() {
        return asked;
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
