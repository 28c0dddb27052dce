package dev.quilla.etcd;

import dev.quilla.store.Command;
import dev.quilla.store.Key;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** {@code etcdserverpb.Lease}. */
final class LeaseService extends LeaseGrpc.LeaseImplBase {

    /** A shorter lease could end while its holder's renewal waits for an election. */
    private static final long SECONDS_MIN = 2;

    private static final long SECONDS_MAX = 9_000_000_000L;
    private static final long GONE = -1;

    private final Store store;
    private final Headers headers;
    private final SecureRandom random = new SecureRandom();

    LeaseService(Store store, Headers headers) {
        this.store = store;
        this.headers = headers;
    }

    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> observer) {
        Calls.answer(observer, () -> grant(request.getID(), request.getTTL()));
    }

    private LeaseGrantResponse grant(long wanted, long seconds) {
        if (seconds > SECONDS_MAX) {
            throw Errors.leaseTooLong();
        }
        if (wanted < 0) {
            throw Errors.invalid("a lease has an ID above 0");
        }
        long id = wanted == 0 ? random.nextLong(1, Long.MAX_VALUE) : wanted;
        long granted = Math.max(seconds, SECONDS_MIN);
        Outcome outcome =
                store.commit(new Command.Grant(new LeaseId(id), Duration.ofSeconds(granted)));
        return switch (outcome) {
            case Outcome.Committed _ ->
                    LeaseGrantResponse.newBuilder()
                            .setHeader(headers.now())
                            .setID(id)
                            .setTTL(granted)
                            .build();
            default -> throw Errors.of(outcome);
        };
    }

    @Override
    public void leaseRevoke(
            LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    LeaseId id = TxnRequests.lease(request.getID());
                    Outcome outcome = store.commit(Command.End.revoked(id));
                    if (outcome instanceof Outcome.Committed(long revision)) {
                        return LeaseRevokeResponse.newBuilder()
                                .setHeader(headers.at(revision))
                                .build();
                    }
                    throw Errors.of(outcome);
                });
    }

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
            StreamObserver<LeaseKeepAliveResponse> observer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveRequest request) {
                try {
                    observer.onNext(renew(request.getID()));
                } catch (RuntimeException e) {
                    observer.onError(Calls.told(e));
                }
            }

            @Override
            public void onError(Throwable cause) {
                // The client has gone; its leases end by themselves.
            }

            @Override
            public void onCompleted() {
                observer.onCompleted();
            }
        };
    }

    /** Answers a time to live of 0 where there is no such lease. */
    private LeaseKeepAliveResponse renew(long number) {
        LeaseId id = TxnRequests.lease(number);
        long seconds =
                store.commit(new Command.Renew(id)) instanceof Outcome.Committed
                        ? store.lease(id).map(l -> l.timeToLive().toSeconds()).orElse(0L)
                        : 0;
        return LeaseKeepAliveResponse.newBuilder()
                .setHeader(headers.now())
                .setID(number)
                .setTTL(seconds)
                .build();
    }

    @Override
    public void leaseTimeToLive(
            LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> observer) {
        Calls.answer(observer, () -> timeToLive(request));
    }

    private LeaseTimeToLiveResponse timeToLive(LeaseTimeToLiveRequest request) {
        Optional<Lease> lease = store.lease(TxnRequests.lease(request.getID()));
        LeaseTimeToLiveResponse.Builder answer =
                LeaseTimeToLiveResponse.newBuilder()
                        .setHeader(headers.now())
                        .setID(request.getID())
                        .setTTL(GONE);
        if (lease.isPresent()) {
            answer.setTTL(store.left(lease.get()).toSeconds())
                    .setGrantedTTL(lease.get().timeToLive().toSeconds());
            if (request.getKeys()) {
                for (Key key : lease.get().keys()) {
                    answer.addKeys(Keys.bytes(key));
                }
            }
        }
        return answer.build();
    }
}
