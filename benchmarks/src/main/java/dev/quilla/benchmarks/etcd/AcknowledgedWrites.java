package dev.quilla.benchmarks.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write, each key once, and remember which writes were acknowledged. Each stays with
 * one member until that fails it, and goes on with the next.
 */
final class AcknowledgedWrites {

    private static final Duration ATTEMPT = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final int PAGE = 5_000;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[100]);

    private final Endpoints endpoints;
    private final String prefix;
    private final ConcurrentLinkedQueue<String> keys = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long since = Long.MAX_VALUE;
    private volatile boolean stopped;
    private final ConcurrentLinkedQueue<Long> afterwards = new ConcurrentLinkedQueue<>();

    /**
     * Clients of these members.
     *
     * @param prefix of all their keys, no other's
     */
    AcknowledgedWrites(Endpoints endpoints, String prefix) {
        this.endpoints = endpoints;
        this.prefix = prefix;
    }

    /** Lets so many write. */
    void start(int clients) {
        stopped = false;
        String round = prefix + System.nanoTime() + "/";
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads.add(Thread.startVirtualThread(() -> write(client, round + client + "/")));
        }
    }

    private void write(int client, String own) {
        int member = client;
        for (long number = 0; !stopped; number++) {
            String key = own + number;
            long sent = System.nanoTime();
            if (put(member, key)) {
                long now = System.nanoTime();
                keys.add(key);
                if (sent - since >= 0) {
                    afterwards.add(now);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            } else {
                member++;
            }
        }
    }

    private boolean put(int member, String key) {
        try {
            KVGrpc.newBlockingStub(endpoints.of(member))
                    .withDeadlineAfter(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS)
                    .put(
                            PutRequest.newBuilder()
                                    .setKey(ByteString.copyFromUtf8(key))
                                    .setValue(VALUE)
                                    .build());
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** From a moment to the first acknowledgement of a write that was sent after it. */
    Duration firstSince(long nanos, Duration atMost) {
        afterwards.clear();
        since = nanos;
        while (afterwards.isEmpty() && System.nanoTime() - nanos < atMost.toNanos()) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        since = Long.MAX_VALUE;
        return Duration.ofNanos(
                afterwards.stream().mapToLong(at -> at - nanos).min().orElse(atMost.toNanos()));
    }

    /** Ends the clients. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    /** How many writes were acknowledged. */
    int count() {
        return keys.size();
    }

    /** How many of them are not there. */
    long lost() {
        Set<String> there = new HashSet<>();
        ByteString from = ByteString.copyFromUtf8(prefix);
        ByteString end = ByteString.copyFromUtf8(prefix.substring(0, prefix.length() - 1) + "0");
        while (true) {
            RangeResponse page =
                    KVGrpc.newBlockingStub(endpoints.of(0))
                            .range(
                                    RangeRequest.newBuilder()
                                            .setKey(from)
                                            .setRangeEnd(end)
                                            .setLimit(PAGE)
                                            .setKeysOnly(true)
                                            .build());
            for (KeyValue entry : page.getKvsList()) {
                there.add(entry.getKey().toStringUtf8());
                from = entry.getKey().concat(ByteString.copyFrom(new byte[1]));
            }
            if (!page.getMore()) {
                return keys.stream().filter(k -> !there.contains(k)).count();
            }
        }
    }
}
