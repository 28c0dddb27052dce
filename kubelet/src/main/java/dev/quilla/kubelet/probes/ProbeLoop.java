package dev.quilla.kubelet.probes;

import dev.quilla.model.core.v1.Probe;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/** One probe of one running container, on a thread of its own until it is closed. */
public final class ProbeLoop implements AutoCloseable {

    /** The result of a probe, once enough looks agree. */
    public enum Result {
        SUCCESS,
        FAILURE
    }

    private final Probe probe;
    private final ProbeRunner runner;
    private final BiConsumer<Result, String> onResult;
    private final Thread thread;

    /**
     * Starts to look.
     *
     * @param onResult told of each result, with what was wrong
     */
    public ProbeLoop(
            String name, Probe probe, ProbeRunner runner, BiConsumer<Result, String> onResult) {
        this.probe = probe;
        this.runner = runner;
        this.onResult = onResult;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        int successes = 0;
        int failures = 0;
        try {
            pause(probe.initialDelaySeconds());
            while (true) {
                Optional<String> problem = runner.look(probe);
                if (problem.isEmpty()) {
                    failures = 0;
                    if (++successes >= Math.max(1, probe.successThreshold())) {
                        onResult.accept(Result.SUCCESS, "");
                    }
                } else {
                    successes = 0;
                    if (++failures >= Math.max(1, probe.failureThreshold())) {
                        onResult.accept(Result.FAILURE, problem.get());
                    }
                }
                pause(Math.max(1, probe.periodSeconds()));
            }
        } catch (InterruptedException e) {
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
