package dev.quilla.etcd;

import dev.quilla.store.Choice;
import dev.quilla.store.Command;
import dev.quilla.store.Finding;
import dev.quilla.store.Freshness;
import dev.quilla.store.Outcome;
import dev.quilla.store.Step;
import dev.quilla.store.Store;
import dev.quilla.store.View;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.CompactionResponse;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.KV}. */
final class KvService extends KVGrpc.KVImplBase {

    private final Store store;
    private final Headers headers;

    KvService(Store store, Headers headers) {
        this.store = store;
        this.headers = headers;
    }

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> observer) {
        Calls.answer(observer, () -> range(request));
    }

    private RangeResponse range(RangeRequest request) {
        Ranges.range(request);
        View now =
                store.view(
                        request.getSerializable()
                                ? new Freshness.Any()
                                : new Freshness.Linearizable());
        return Ranges.read(request, Revisions.at(store, now, request.getRevision()))
                .setHeader(headers.at(now.revision()))
                .build();
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    Outcome.Made made = made(Choice.of(TxnRequests.put(request)));
                    return TxnAnswers.put((Finding.Written) only(made))
                            .setHeader(headers.at(made.revision()))
                            .build();
                });
    }

    @Override
    public void deleteRange(
            DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    Step delete = TxnRequests.delete(request);
                    Outcome.Made made = made(Choice.of(delete));
                    return TxnAnswers.delete((Finding.Deleted) only(made))
                            .setHeader(headers.at(made.revision()))
                            .build();
                });
    }

    private static Finding only(Outcome.Made made) {
        return made.chosen().findings().getFirst();
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> observer) {
        Calls.answer(observer, () -> txn(request));
    }

    private TxnResponse txn(TxnRequest request) {
        Choice choice = TxnRequests.choice(request);
        PastReads past = PastReads.of(request, store);
        Outcome.Made made = made(choice);
        return new TxnAnswers(past)
                .txn(request, made.chosen())
                .setHeader(headers.at(made.revision()))
                .build();
    }

    private Outcome.Made made(Command choice) {
        Outcome outcome = store.commit(choice);
        if (outcome instanceof Outcome.Made made) {
            return made;
        }
        throw Errors.of(outcome);
    }

    @Override
    public void compact(CompactionRequest request, StreamObserver<CompactionResponse> observer) {
        Calls.answer(observer, () -> compact(request.getRevision()));
    }

    private CompactionResponse compact(long revision) {
        long now = store.view(new Freshness.Linearizable()).revision();
        if (revision > now) {
            throw Errors.future();
        }
        if (revision <= store.status().oldestRevision()) {
            throw Errors.compacted();
        }
        store.commit(new Command.Compact(revision));
        return CompactionResponse.newBuilder().setHeader(headers.now()).build();
    }
}
