package dev.quilla.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what a cluster is to do by itself. */
public final class Eventually {

    private static final Duration LOOK = Duration.ofMillis(200);

    private Eventually() {}

    /** Something that may fail now and succeed later. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws Exception;
    }

    /**
     * Returns when the attempt has succeeded.
     *
     * @throws AssertionError with the last failure, when the time is over
     */
    public static void within(Duration atMost, String what, Attempt attempt) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            try {
                attempt.run();
                return;
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not within " + atMost + ": " + what, e);
                }
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
