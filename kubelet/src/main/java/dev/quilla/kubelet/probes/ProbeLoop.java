package dev.quilla.kubelet.probes;

import dev.quilla.model.core.v1.Probe;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One probe of one running container, on a thread of its own until it is closed. */
public final class ProbeLoop implements AutoCloseable {

    /** Is told what a probe finds, on the probe's own thread. */
    public interface Listener {

        /** One look failed; whether that counts is said by {@link #result}. */
        void failedOnce(String problem);

        /** Enough looks agree. Told after each further look, too. */
        void result(boolean good);
    }

    private final Probe probe;
    private final ProbeRunner runner;
    private final BooleanSupplier due;
    private final Listener listener;
    private final Thread thread;

    /**
     * Starts to look.
     *
     * @param due whether this probe looks already: others wait for the startup probe
     */
    public ProbeLoop(
            String name, Probe probe, ProbeRunner runner, BooleanSupplier due, Listener listener) {
        this.probe = probe;
        this.runner = runner;
        this.due = due;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        int successes = 0;
        int failures = 0;
        try {
            pause(probe.initialDelaySeconds());
            while (true) {
                if (due.getAsBoolean()) {
                    Optional<String> problem = runner.look(probe);
                    if (problem.isEmpty()) {
                        failures = 0;
                        if (++successes >= Math.max(1, probe.successThreshold())) {
                            listener.result(true);
                        }
                    } else {
                        successes = 0;
                        listener.failedOnce(problem.get());
                        if (++failures >= Math.max(1, probe.failureThreshold())) {
                            listener.result(false);
                        }
                    }
                }
                pause(Math.max(1, probe.periodSeconds()));
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
