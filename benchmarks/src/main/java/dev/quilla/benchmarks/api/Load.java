package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.Latencies;
import dev.quilla.benchmarks.cluster.LocalCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Clients that each send the next request when the last one is answered. */
final class Load {

    private final Masters masters;
    private final Duration length;

    /** Load of that length on those. */
    Load(Masters masters, Duration length) {
        this.masters = masters;
        this.length = length;
    }

    /** What a client sends. */
    interface Requests {

        /**
         * A request.
         *
         * @param client which client, from 0
         * @param number which of its requests, from 0
         */
        byte[] next(int client, int number);
    }

    /** Runs so many clients whose requests are all answered with that code. */
    Result run(int clients, int code, Requests requests) throws IOException, InterruptedException {
        return run(clients, code, requests, length);
    }

    /** The same for another time. */
    Result run(int clients, int code, Requests requests, Duration time)
            throws IOException, InterruptedException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            connections.add(masters.connect(i));
        }
        return run(connections, code, requests, time);
    }

    /** So many clients of one master that all send the same. */
    Result runOn(LocalCluster.Member master, int clients, byte[] request, Duration time)
            throws IOException, InterruptedException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            connections.add(masters.connect(master));
        }
        return run(connections, 200, (_, _) -> request, time);
    }

    private Result run(List<Connection> connections, int code, Requests requests, Duration time)
            throws IOException, InterruptedException {
        masters.settle();
        long cpu = masters.cpuMs();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        List<Future<long[]>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            for (int i = 0; i < connections.size(); i++) {
                int client = i;
                running.add(
                        threads.submit(
                                () -> loop(connections.get(client), client, code, requests, end)));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        cpu = masters.cpuMs() - cpu;
        Latencies latencies = Latencies.of(running.stream().flatMapToLong(Load::nanos));
        for (Connection connection : connections) {
            connection.close();
        }
        return new Result(
                latencies.count() / seconds,
                "/s",
                (double) cpu / Math.max(1, latencies.count()),
                latencies);
    }

    private static LongStream nanos(Future<long[]> one) {
        try {
            return Arrays.stream(one.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long[] loop(
            Connection connection, int client, int code, Requests requests, long end)
            throws IOException {
        long[] nanos = new long[1024];
        int count = 0;
        long before = System.nanoTime();
        while (before < end) {
            connection.call(requests.next(client, count), code);
            long after = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = after - before;
            before = after;
        }
        return Arrays.copyOf(nanos, count);
    }
}
