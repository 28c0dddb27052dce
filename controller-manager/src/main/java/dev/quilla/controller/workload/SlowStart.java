package dev.quilla.controller.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does the same thing many times: once, and as long as all goes well twice as often each time and
 * side by side. A quota that is used up costs one vain try, not hundreds.
 */
final class SlowStart {

    private static final int BATCH_MAX = 128;

    private SlowStart() {}

    /** Runs an action a number of times; answers the first failure, after which it stops. */
    static Optional<RuntimeException> run(int times, Runnable action) {
        int left = times;
        for (int batch = 1; left > 0; batch = Math.min(BATCH_MAX, 2 * batch)) {
            int now = Math.min(left, batch);
            Optional<RuntimeException> failure = runBatch(now, action);
            if (failure.isPresent()) {
                return failure;
            }
            left -= now;
        }
        return Optional.empty();
    }

    private static Optional<RuntimeException> runBatch(int size, Runnable action) {
        List<Future<?>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < size; i++) {
                results.add(threads.submit(action));
            }
        }
        return results.stream().map(SlowStart::failure).flatMap(Optional::stream).findFirst();
    }

    /** How an action that has ended failed, if it did. */
    private static Optional<RuntimeException> failure(Future<?> ended) {
        if (ended.state() == Future.State.CANCELLED) {
            return Optional.of(new IllegalStateException("interrupted"));
        }
        if (ended.state() == Future.State.SUCCESS) {
            return Optional.empty();
        }
        return switch (ended.exceptionNow()) {
            case RuntimeException e -> Optional.of(e);
            case Throwable e -> throw new IllegalStateException(new ExecutionException(e));
        };
    }
}
