package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.Latencies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Watchers that all see the same updates, which say when they were asked for. */
final class Watchers {

    private static final int WRITERS = 8;
    private static final byte[] MARK = "bench-at\":\"".getBytes(StandardCharsets.US_ASCII);

    /** How far into an event the mark may be. */
    private static final int MARK_WITHIN = 1200;

    private final Masters masters;

    Watchers(Masters masters) {
        this.masters = masters;
    }

    /** So many watchers of so many updates of pods. */
    Result run(int watchers, int updates) throws IOException, InterruptedException {
        byte[] watch =
                Connection.request(
                        "GET", Objects.PODS + "?watch=true&resourceVersion=" + newest(), "", "");
        List<Connection> connections = new ArrayList<>();
        List<Future<long[]>> lags = new ArrayList<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            for (int i = 0; i < watchers; i++) {
                Connection connection = masters.connect(i);
                connections.add(connection);
                InputStream events = connection.stream(watch);
                lags.add(threads.submit(() -> lags(events, updates)));
            }
            masters.settle();
            long cpu = masters.cpuMs();
            long start = System.nanoTime();
            List<Future<?>> writers = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                int writer = w;
                writers.add(threads.submit(() -> write(writer, updates)));
            }
            for (Future<?> writer : writers) {
                get(writer);
            }
            Latencies latencies =
                    Latencies.of(lags.stream().flatMapToLong(l -> Arrays.stream(get(l))));
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = masters.cpuMs() - cpu;
            long events = (long) watchers * updates;
            return new Result(events / seconds, "/s", (double) cpu / events, latencies);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static <T> T get(Future<T> one) {
        try {
            return one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The revision of all that was written so far: that of an empty list. */
    private String newest() throws IOException {
        byte[] list = Connection.request("GET", Objects.PODS + "?limit=1", "", "");
        try (Connection connection = masters.connect(0)) {
            String text = connection.text(list);
            int at = text.indexOf("\"resourceVersion\":\"") + "\"resourceVersion\":\"".length();
            return text.substring(at, text.indexOf('"', at));
        }
    }

    private Void write(int writer, int updates) throws IOException {
        try (Connection connection = masters.connect(writer)) {
            for (int i = writer; i < updates; i += WRITERS) {
                String patch =
                        "{\"metadata\":{\"annotations\":{\"bench-at\":\"%d\"}}}"
                                .formatted(System.nanoTime());
                connection.call(
                        Connection.request(
                                "PATCH",
                                Objects.PODS + "/" + Objects.podName(i % ReadLoad.PODS_COUNT),
                                "Content-Type: application/merge-patch+json\r\n",
                                patch),
                        200);
            }
        }
        return null;
    }

    /** How long after they were asked for these updates came. */
    private static long[] lags(InputStream events, int updates) throws IOException {
        long[] nanos = new long[updates];
        byte[] line = new byte[MARK_WITHIN];
        int length = 0;
        byte[] read = new byte[64 << 10];
        for (int count = 0; count < updates; ) {
            int size = events.read(read, 0, read.length);
            if (size < 0) {
                throw new IOException("the watch ended after " + count + " events");
            }
            long now = System.nanoTime();
            for (int i = 0; i < size && count < updates; i++) {
                if (length < MARK_WITHIN) {
                    line[length++] = read[i];
                }
                if (read[i] == '\n') {
                    nanos[count++] = now - mark(line, length);
                    length = 0;
                }
            }
        }
        return nanos;
    }

    private static long mark(byte[] line, int length) {
        for (int i = 0; i + MARK.length < length; i++) {
            if (line[i] == MARK[0]
                    && Arrays.equals(line, i, i + MARK.length, MARK, 0, MARK.length)) {
                long value = 0;
                for (int at = i + MARK.length; line[at] != '"'; at++) {
                    value = value * 10 + line[at] - '0';
                }
                return value;
            }
        }
        throw new IllegalStateException(
                "no mark in " + new String(line, 0, length, StandardCharsets.UTF_8));
    }
}
