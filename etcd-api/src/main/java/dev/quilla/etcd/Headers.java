package dev.quilla.etcd;

import dev.quilla.store.Store;
import dev.quilla.store.StoreStatus;
import io.etcd.jetcd.api.ResponseHeader;

/** What every answer starts with. */
final class Headers {

    private final Store store;
    private final Membership membership;

    Headers(Store store, Membership membership) {
        this.store = store;
        this.membership = membership;
    }

    ResponseHeader at(long revision) {
        return from(store.status(), revision);
    }

    ResponseHeader now() {
        StoreStatus status = store.status();
        return from(status, status.revision());
    }

    private ResponseHeader from(StoreStatus status, long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(membership.clusterId())
                .setMemberId(membership.idOf(status.memberId()))
                .setRevision(revision)
                .setRaftTerm(status.term())
                .build();
    }
}
