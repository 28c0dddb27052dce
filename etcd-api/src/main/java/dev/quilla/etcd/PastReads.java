package dev.quilla.etcd;

import dev.quilla.store.Freshness;
import dev.quilla.store.Store;
import dev.quilla.store.View;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The earlier states that ranges of a transaction read. They are taken before it is committed, so
 * that a revision which is not kept fails it before anything has happened.
 */
final class PastReads {

    private final Map<Long, View> views = new HashMap<>();

    private PastReads() {}

    static PastReads of(TxnRequest request, Store store) {
        PastReads past = new PastReads();
        past.collect(request, store);
        return past;
    }

    private void collect(TxnRequest request, Store store) {
        for (List<RequestOp> way : List.of(request.getSuccessList(), request.getFailureList())) {
            for (RequestOp op : way) {
                if (op.hasRequestTxn()) {
                    collect(op.getRequestTxn(), store);
                } else if (op.hasRequestRange() && op.getRequestRange().getRevision() > 0) {
                    View now = store.view(new Freshness.Linearizable());
                    views.computeIfAbsent(
                            op.getRequestRange().getRevision(),
                            revision -> Revisions.at(store, now, revision));
                }
            }
        }
    }

    /** The state that a range reads instead of the transaction's own, if it does. */
    Optional<View> of(RangeRequest request) {
        return Optional.ofNullable(views.get(request.getRevision()));
    }
}
