package dev.quilla.etcd;

import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends a stream's answers as fast as its client takes them. One thread at a time sends; it waits
 * while the client does not read, so nothing piles up.
 */
final class WatchAnswers {

    /** The number of no watch: what it says is true of all watches of the stream. */
    static final long NO_WATCH = -1;

    private static final int FRAGMENT_BYTES = 1 << 20;

    /** A field of etcd's that the protocol classes in use do not have: more of this follows. */
    private static final int FRAGMENT_FIELD = 7;

    private static final UnknownFieldSet MORE =
            UnknownFieldSet.newBuilder()
                    .addField(
                            FRAGMENT_FIELD, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build();

    private final ServerCallStreamObserver<WatchResponse> observer;
    private final Headers headers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();
    private boolean completed;

    WatchAnswers(ServerCallStreamObserver<WatchResponse> observer, Headers headers) {
        this.observer = observer;
        this.headers = headers;
        observer.setOnReadyHandler(this::wake);
    }

    private void wake() {
        lock.lock();
        try {
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There will be no more. */
    void complete() {
        lock.lock();
        try {
            if (!completed && !observer.isCancelled()) {
                completed = true;
                observer.onCompleted();
            }
        } finally {
            lock.unlock();
        }
    }

    void created(long id, long revision) throws InterruptedException {
        send(answer(id, revision).setCreated(true));
    }

    /** A watch that could not be made. */
    void refused(long id, long revision, String why) throws InterruptedException {
        send(answer(id, revision).setCreated(true).setCanceled(true).setCancelReason(why));
    }

    void canceled(long id, long revision) throws InterruptedException {
        send(answer(id, revision).setCanceled(true));
    }

    /** A watch whose history is no longer kept. */
    void compacted(long id, long revision, long oldest) throws InterruptedException {
        send(
                answer(id, revision)
                        .setCanceled(true)
                        .setCompactRevision(oldest)
                        .setCancelReason("etcdserver: mvcc: required revision has been compacted"));
    }

    void progress(long id, long revision) throws InterruptedException {
        send(answer(id, revision));
    }

    /** Sends events; a large answer in pieces, if the watch takes those. */
    void events(WatchSpec watch, ResponseHeader header, List<Event> events)
            throws InterruptedException {
        if (!watch.fragments()) {
            send(answer(watch.id(), header).addAllEvents(events));
            return;
        }
        List<Event> piece = new ArrayList<>();
        long bytes = 0;
        for (Event event : events) {
            if (!piece.isEmpty() && bytes + event.getSerializedSize() > FRAGMENT_BYTES) {
                send(answer(watch.id(), header).addAllEvents(piece).setUnknownFields(MORE));
                piece.clear();
                bytes = 0;
            }
            piece.add(event);
            bytes += event.getSerializedSize();
        }
        send(answer(watch.id(), header).addAllEvents(piece));
    }

    private WatchResponse.Builder answer(long id, long revision) {
        return answer(id, headers.at(revision));
    }

    private static WatchResponse.Builder answer(long id, ResponseHeader header) {
        return WatchResponse.newBuilder().setHeader(header).setWatchId(id);
    }

    private void send(WatchResponse.Builder answer) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!observer.isReady() && !observer.isCancelled() && !completed) {
                ready.await();
            }
            if (!observer.isCancelled() && !completed) {
                observer.onNext(answer.build());
            }
        } finally {
            lock.unlock();
        }
    }
}
