package dev.quilla.benchmarks.store;

import dev.quilla.benchmarks.Latencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that each send the next request when the last one is answered. */
record ClosedLoop(int clients, Duration length) {

    /** One line: how many were answered, how many that is a second, and how long they took. */
    String run(Client.Request request) throws InterruptedException {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        AtomicLong failed = new AtomicLong();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(() -> loop(request, end, nanos, failed)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Latencies latencies = Latencies.of(nanos.stream().mapToLong(Long::longValue));
        return String.format(
                Locale.ROOT,
                "%d answered, %.0f/s, %s, %d failed",
                latencies.count(),
                latencies.count() / seconds,
                latencies,
                failed.get());
    }

    private static void loop(
            Client.Request request,
            long end,
            ConcurrentLinkedQueue<Long> nanos,
            AtomicLong failed) {
        for (long now = System.nanoTime(); now < end; ) {
            boolean answered = request.send();
            long after = System.nanoTime();
            if (answered) {
                nanos.add(after - now);
            } else {
                failed.incrementAndGet();
            }
            now = after;
        }
    }
}
