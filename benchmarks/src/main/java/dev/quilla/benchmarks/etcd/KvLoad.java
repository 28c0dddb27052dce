package dev.quilla.benchmarks.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that put or get as fast as they are answered, each one call after the other. */
public final class KvLoad {

    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 1_536;

    private final Endpoints endpoints;
    private final int first;
    private final ByteString value;

    /**
     * Loads these members with values of 1.5 KB.
     *
     * @param first the member of the first client; the next one is at the next
     */
    public KvLoad(Endpoints endpoints, int first) {
        this.endpoints = endpoints;
        this.first = first;
        byte[] bytes = new byte[VALUE_BYTES];
        new SplittableRandom(1).nextBytes(bytes);
        this.value = ByteString.copyFrom(bytes);
    }

    /** Calls a second. */
    public double puts(int clients, Duration round) throws InterruptedException {
        return run(
                clients,
                round,
                (kv, key) -> kv.put(PutRequest.newBuilder().setKey(key).setValue(value).build()));
    }

    /** Linearizable reads a second. */
    public double gets(int clients, Duration round) throws InterruptedException {
        return run(
                clients,
                round,
                (kv, key) -> kv.range(RangeRequest.newBuilder().setKey(key).build()));
    }

    private interface Call {
        void make(KVGrpc.KVBlockingStub kv, ByteString key);
    }

    private double run(int clients, Duration round, Call call) throws InterruptedException {
        AtomicLong calls = new AtomicLong();
        long start = System.nanoTime();
        long end = start + round.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(endpoints.of(first + i));
            SplittableRandom random = new SplittableRandom(i);
            threads.add(
                    Thread.startVirtualThread(() -> {
                        while (System.nanoTime() < end) {
                            call.make(kv, key(random.nextInt(KEYS)));
                            calls.incrementAndGet();
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return calls.get() / ((System.nanoTime() - start) / 1e9);
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("/registry/pods/default/load-" + number);
    }
}
