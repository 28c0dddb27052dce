package dev.quilla.benchmarks.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Many watchers of one key, and writes of it. */
final class WatchLoad {

    private static final int STREAMS = 10;
    private static final int WRITERS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ByteString KEY = ByteString.copyFromUtf8("/watched");
    private static final ByteString VALUE = ByteString.copyFrom(new byte[512]);

    private final Endpoints endpoints;

    WatchLoad(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** Events delivered a second, from the first write to the last delivery. */
    double run(int watchers, int events) throws InterruptedException {
        CountDownLatch created = new CountDownLatch(watchers);
        Semaphore delivered = new Semaphore(0);
        List<StreamObserver<WatchRequest>> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(WatchGrpc.newStub(endpoints.of(i)).watch(new Counter(created, delivered)));
        }
        for (int i = 0; i < watchers; i++) {
            streams.get(i % STREAMS)
                    .onNext(
                            WatchRequest.newBuilder()
                                    .setCreateRequest(WatchCreateRequest.newBuilder().setKey(KEY))
                                    .build());
        }
        if (!created.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the watches were not made in time");
        }
        long start = System.nanoTime();
        write(events);
        if (!delivered.tryAcquire(watchers * events, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "not all events in time: " + delivered.availablePermits());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        streams.forEach(StreamObserver::onCompleted);
        return watchers * (double) events / seconds;
    }

    private void write(int events) throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(endpoints.of(w));
            int share = events / WRITERS + (w < events % WRITERS ? 1 : 0);
            writers.add(
                    Thread.startVirtualThread(() -> {
                        for (int i = 0; i < share; i++) {
                            kv.put(PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build());
                        }
                    }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private record Counter(CountDownLatch created, Semaphore delivered)
            implements StreamObserver<WatchResponse> {

        @Override
        public void onNext(WatchResponse answer) {
            if (answer.getCreated()) {
                created.countDown();
            }
            delivered.release(answer.getEventsCount());
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
    }
}
