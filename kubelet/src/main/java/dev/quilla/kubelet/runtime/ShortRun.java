package dev.quilla.kubelet.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a program in a container to its end and keeps the beginning of what it says. */
final class ShortRun {

    private static final int BUFFER_BYTES = 4096;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final int outputLimit;

    private ShortRun(int outputLimit) {
        this.outputLimit = outputLimit;
    }

    static ExecResult run(
            ContainerRuntime runtime,
            ContainerId id,
            List<String> command,
            Duration timeout,
            int outputLimit)
            throws InterruptedException {
        ShortRun run = new ShortRun(outputLimit);
        try (ExecSession session = runtime.exec(id, new ExecSpec(command, false, false))) {
            FutureTask<Integer> end = new FutureTask<>(() -> run.drain(session));
            Thread.ofVirtual().name("exec " + id).start(end);
            int code = end.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new ExecResult(code, run.text(), false);
        } catch (TimeoutException _) {
            return new ExecResult(-1, run.text(), true);
        } catch (ExecutionException e) {
            throw new ContainerRuntimeException(
                    ContainerRuntimeException.Reason.UNAVAILABLE,
                    "can't run " + command.getFirst() + ": " + e.getCause(),
                    e);
        }
    }

    private int drain(ExecSession session) throws IOException, InterruptedException {
        Thread errors =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                keep(session.stderr());
                            } catch (IOException _) {
                                // Closed: the time was over, and what was said is kept.
                            }
                        });
        keep(session.stdout());
        errors.join();
        return session.waitFor();
    }

    private void keep(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            synchronized (output) {
                output.write(buffer, 0, Math.min(n, outputLimit - output.size()));
            }
        }
    }

    private String text() {
        synchronized (output) {
            return output.toString(StandardCharsets.UTF_8);
        }
    }
}
