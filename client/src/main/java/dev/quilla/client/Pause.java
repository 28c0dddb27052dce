package dev.quilla.client;

import java.time.Duration;

/** Lets time go by; a parameter so that tests need not wait. */
@FunctionalInterface
public interface Pause {

    /** Waits that long. */
    void pause(Duration duration) throws InterruptedException;

    /** Really waits. */
    static Pause real() {
        return Thread::sleep;
    }
}
