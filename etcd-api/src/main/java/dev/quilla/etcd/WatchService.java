package dev.quilla.etcd;

import dev.quilla.store.Store;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** {@code etcdserverpb.Watch}. */
final class WatchService extends WatchGrpc.WatchImplBase {

    private final Store store;
    private final Headers headers;
    private final Duration progressEvery;

    WatchService(Store store, Headers headers, Duration progressEvery) {
        this.store = store;
        this.headers = headers;
        this.progressEvery = progressEvery;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> observer) {
        WatchStream stream =
                new WatchStream(
                        store,
                        headers,
                        (ServerCallStreamObserver<WatchResponse>) observer,
                        progressEvery);
        stream.start();
        return stream;
    }
}
