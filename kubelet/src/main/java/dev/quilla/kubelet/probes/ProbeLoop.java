package dev.quilla.kubelet.probes;

import dev.quilla.model.core.v1.Probe;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** One probe of one running container, on a thread of its own until it is closed. */
public final class ProbeLoop implements AutoCloseable {

    /** Is told what a probe finds, on the probe's own thread. */
    public interface Listener {

        /** One look failed, or was not possible; whether that counts is said by {@link #result}. */
        void failedOnce(String problem);

        /** Enough looks agree. Told after each further look, too. */
        void result(boolean good);
    }

    private final Probe timing;
    private final Look look;
    private final BooleanSupplier due;
    private final Listener listener;
    private final Thread thread;

    /**
     * Starts to look.
     *
     * @param timing when to look and how often to believe it; its action is not used
     * @param due whether this probe looks already: others wait for the startup probe
     */
    public ProbeLoop(String name, Probe timing, Look look, BooleanSupplier due, Listener listener) {
        this.timing = timing;
        this.look = look;
        this.due = due;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        int successes = 0;
        int failures = 0;
        try {
            pause(timing.initialDelaySeconds());
            while (true) {
                if (due.getAsBoolean()) {
                    switch (look.look()) {
                        case Finding.Fine _ -> {
                            failures = 0;
                            if (++successes >= Math.max(1, timing.successThreshold())) {
                                listener.result(true);
                            }
                        }
                        case Finding.Wrong(String problem) -> {
                            successes = 0;
                            listener.failedOnce(problem);
                            if (++failures >= Math.max(1, timing.failureThreshold())) {
                                listener.result(false);
                            }
                        }
                        case Finding.Unknown(String problem) -> listener.failedOnce(problem);
                    }
                }
                pause(Math.max(1, timing.periodSeconds()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(int seconds) throws InterruptedException {
        if (seconds > 0) {
            Thread.sleep(Duration.ofSeconds(seconds));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
