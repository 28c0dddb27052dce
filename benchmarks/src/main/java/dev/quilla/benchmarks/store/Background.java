package dev.quilla.benchmarks.store;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Writers that never end, and that tell when the store takes writes again. Thread-safe. */
final class Background {

    private final Map<CompletableFuture<Long>, Long> asked = new ConcurrentHashMap<>();

    /** Starts writers, each of which pauses after every write. */
    void start(Client client, int writers, Duration pause) {
        for (int i = 0; i < writers; i++) {
            Thread.ofVirtual().name("writer-" + i).start(() -> write(client, pause));
        }
    }

    private void write(Client client, Duration pause) {
        while (true) {
            long begin = Clock.micros();
            if (client.put()) {
                long end = Clock.micros();
                asked.forEach((first, since) -> {
                    if (begin >= since && first.complete(end)) {
                        asked.remove(first);
                    }
                });
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    /** When the first write was acknowledged that was begun at this time or later. */
    long firstSince(long micros) {
        CompletableFuture<Long> first = new CompletableFuture<>();
        asked.put(first, micros);
        return first.join();
    }
}
