package dev.quilla.e2e.robustness;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Follows everything after a revision, at one member; what breaks off is taken up where it was, at
 * the next one.
 */
final class Watcher implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final ByteString ALL = ByteString.copyFrom(new byte[] {0});

    private final Members members;
    private final long start;
    private final List<Change> told = new ArrayList<>();
    private final Thread thread;
    private String refusal = "";

    Watcher(Members members, int firstMember, long start) {
        this.members = members;
        this.start = start;
        this.thread = Thread.ofVirtual().name("watcher").start(() -> run(firstMember));
    }

    private void run(int firstMember) {
        try {
            for (int member = firstMember; ; member++) {
                follow(member % Members.COUNT);
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when the stream has broken off. */
    private void follow(int member) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<WatchRequest> requests =
                WatchGrpc.newStub(members.channel(member))
                        .watch(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(WatchResponse response) {
                                        take(response);
                                    }

                                    @Override
                                    public void onError(Throwable failure) {
                                        ended.countDown();
                                    }

                                    @Override
                                    public void onCompleted() {
                                        ended.countDown();
                                    }
                                });
        requests.onNext(
                WatchRequest.newBuilder()
                        .setCreateRequest(
                                WatchCreateRequest.newBuilder()
                                        .setKey(ALL)
                                        .setRangeEnd(ALL)
                                        .setStartRevision(lastRevision() + 1))
                        .build());
        try {
            ended.await();
        } finally {
            requests.onError(new InterruptedException("closed"));
        }
    }

    private synchronized void take(WatchResponse response) {
        if (response.getCanceled()) {
            refusal = response.toString();
        }
        long now = System.nanoTime();
        for (Event event : response.getEventsList()) {
            Optional<String> value =
                    event.getType() == Event.EventType.DELETE
                            ? Optional.empty()
                            : Optional.of(event.getKv().getValue().toStringUtf8());
            told.add(
                    new Change(
                            event.getKv().getModRevision(),
                            event.getKv().getKey().toStringUtf8(),
                            value,
                            now));
        }
        notifyAll();
    }

    private synchronized long lastRevision() {
        return told.isEmpty() ? start : told.getLast().revision();
    }

    /**
     * All that it was told, once that goes as far as a revision, or when the time is over.
     *
     * @throws AssertionError if a member has refused to be watched
     */
    synchronized List<Change> toldUpTo(long revision, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (lastRevision() < revision && refusal.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        if (!refusal.isEmpty()) {
            throw new AssertionError("a watch was refused: " + refusal);
        }
        return List.copyOf(told);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
