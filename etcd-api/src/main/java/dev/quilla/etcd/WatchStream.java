package dev.quilla.etcd;

import dev.quilla.store.CompactedException;
import dev.quilla.store.Events;
import dev.quilla.store.Freshness;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Store;
import dev.quilla.store.Watch;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches that a client has put on one stream. They share one cursor into the history, which a
 * thread of the stream's own follows; a new watch that starts in the past is first brought to where
 * that cursor is. So all are always equally far, which is what progress tells.
 */
final class WatchStream implements StreamObserver<WatchRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    /** More watches on one stream are refused. */
    static final int WATCHES_MAX = 10_000;

    private final Store store;
    private final Headers headers;
    private final ServerCallStreamObserver<WatchResponse> observer;
    private final WatchAnswers answers;
    private final Duration progressEvery;
    private final Watch cursor;
    private final Thread follower;

    /**
     * Requests are handled apart from the thread they come on, for that is the one which tells that
     * the client reads again. There is one at a time: the next is asked for after it.
     */
    private final Thread handler;

    private final BlockingQueue<WatchRequest> requests = new ArrayBlockingQueue<>(1);

    /** Guards all below: who holds it sees every watch at the same position. */
    private final ReentrantLock lock = new ReentrantLock();

    private final WatchIndex watches = new WatchIndex();
    private long position;
    private long lastId = WatchAnswers.NO_WATCH;
    private OptionalLong progressWanted = OptionalLong.empty();

    WatchStream(
            Store store,
            Headers headers,
            ServerCallStreamObserver<WatchResponse> observer,
            Duration progressEvery) {
        this.store = store;
        this.headers = headers;
        this.observer = observer;
        this.progressEvery = progressEvery;
        this.answers = new WatchAnswers(observer, headers);
        this.position = store.view(new Freshness.Any()).revision();
        this.cursor = store.watch(KeyRange.ALL, position);
        this.follower = Thread.ofVirtual().name("etcd-watch").unstarted(this::follow);
        this.handler = Thread.ofVirtual().name("etcd-watch-requests").unstarted(this::handle);
        observer.setOnCancelHandler(this::end);
        observer.disableAutoRequest();
    }

    void start() {
        follower.start();
        handler.start();
    }

    @Override
    public void onNext(WatchRequest request) {
        requests.add(request);
    }

    private void handle() {
        try {
            while (!observer.isCancelled()) {
                observer.request(1);
                handle(requests.take());
            }
        } catch (InterruptedException e) {
            LOG.debug("a watch stream has ended");
        }
    }

    private void handle(WatchRequest request) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            switch (request.getRequestUnionCase()) {
                case CREATE_REQUEST -> create(request.getCreateRequest());
                case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
                case PROGRESS_REQUEST -> progress();
                case REQUESTUNION_NOT_SET -> {}
            }
        } finally {
            lock.unlock();
        }
    }

    private void create(WatchCreateRequest request) throws InterruptedException {
        long newest = store.view(new Freshness.Any()).revision();
        long chosen = WatchSpec.chosenId(request);
        if (watches.size() >= WATCHES_MAX) {
            answers.refused(
                    WatchAnswers.NO_WATCH,
                    newest,
                    "etcdserver: a stream has at most " + WATCHES_MAX + " watches");
            return;
        }
        if (chosen != 0 && watches.has(chosen)) {
            answers.refused(
                    WatchAnswers.NO_WATCH, newest, "etcdserver: mvcc: watcher id already in use");
            return;
        }
        WatchSpec watch;
        try {
            watch = WatchSpec.of(request, chosen != 0 ? chosen : freeId(), newest);
        } catch (StatusRuntimeException e) {
            answers.refused(
                    WatchAnswers.NO_WATCH, newest, String.valueOf(e.getStatus().getDescription()));
            return;
        }
        if (watch.isEmpty()) {
            answers.refused(
                    WatchAnswers.NO_WATCH, newest, "etcdserver: mvcc: watcher range is empty");
            return;
        }
        answers.created(watch.id(), newest);
        if (isCaughtUp(watch)) {
            watches.add(watch);
        }
    }

    private long freeId() {
        do {
            lastId++;
        } while (watches.has(lastId));
        return lastId;
    }

    /** Sends a watch what happened before the cursor's position; false if that is not kept. */
    private boolean isCaughtUp(WatchSpec watch) throws InterruptedException {
        if (watch.afterRevision() >= position) {
            return true;
        }
        WatchIndex alone = new WatchIndex();
        alone.add(watch);
        try (Watch past = store.watch(watch.range(), watch.afterRevision())) {
            long reached = watch.afterRevision();
            while (reached < position) {
                Events events = past.next(Duration.ZERO);
                reached = Math.min(events.revision(), position);
                send(
                        alone,
                        new Events(
                                events.events().stream()
                                        .filter(e -> e.revision() <= position)
                                        .toList(),
                                reached));
            }
            return true;
        } catch (CompactedException e) {
            answers.compacted(watch.id(), position, e.oldest());
            return false;
        }
    }

    private void cancel(long id) throws InterruptedException {
        if (watches.remove(id).isPresent()) {
            answers.canceled(id, position);
        }
    }

    private void progress() throws InterruptedException {
        progressWanted = OptionalLong.of(store.view(new Freshness.Any()).revision());
        tellProgress();
    }

    private void tellProgress() throws InterruptedException {
        if (progressWanted.isPresent() && position >= progressWanted.getAsLong()) {
            progressWanted = OptionalLong.empty();
            answers.progress(WatchAnswers.NO_WATCH, position);
        }
    }

    private void follow() {
        try {
            while (!observer.isCancelled()) {
                Events events = cursor.next(progressEvery);
                lock.lockInterruptibly();
                try {
                    position = Math.max(position, events.revision());
                    send(watches, events);
                    if (events.events().isEmpty()) {
                        remind();
                    }
                    tellProgress();
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("a watch stream has ended");
        } catch (CompactedException e) {
            LOG.info("a client reads its watches too slowly: {}", e.getMessage());
            fallBehind(e.oldest());
        } finally {
            cursor.close();
        }
    }

    private void send(WatchIndex to, Events events) throws InterruptedException {
        if (!events.events().isEmpty()) {
            ResponseHeader header = headers.at(events.revision());
            for (var wanted : to.wanted(events.events()).entrySet()) {
                answers.events(wanted.getKey(), header, wanted.getValue());
            }
        }
    }

    private void remind() throws InterruptedException {
        for (WatchSpec watch : watches.all()) {
            if (watch.progress()) {
                answers.progress(watch.id(), position);
            }
        }
    }

    /** What the client has not read is no longer kept: it must read the state anew. */
    private void fallBehind(long oldest) {
        lock.lock();
        try {
            for (WatchSpec watch : watches.all()) {
                answers.compacted(watch.id(), position, oldest);
            }
            end();
            answers.complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable cause) {
        end();
    }

    @Override
    public void onCompleted() {
        end();
        answers.complete();
    }

    private void end() {
        follower.interrupt();
        handler.interrupt();
    }
}
