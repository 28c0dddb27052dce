package dev.quilla.etcd;

import dev.quilla.store.Contents;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Member;
import dev.quilla.store.MembershipException;
import dev.quilla.store.Store;
import dev.quilla.store.StoreStatus;
import dev.quilla.store.View;
import dev.quilla.store.backup.Backups;
import dev.quilla.store.backup.Origin;
import io.etcd.jetcd.api.AlarmRequest;
import io.etcd.jetcd.api.AlarmResponse;
import io.etcd.jetcd.api.DefragmentRequest;
import io.etcd.jetcd.api.DefragmentResponse;
import io.etcd.jetcd.api.HashKVRequest;
import io.etcd.jetcd.api.HashKVResponse;
import io.etcd.jetcd.api.HashRequest;
import io.etcd.jetcd.api.HashResponse;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.MoveLeaderRequest;
import io.etcd.jetcd.api.MoveLeaderResponse;
import io.etcd.jetcd.api.SnapshotRequest;
import io.etcd.jetcd.api.SnapshotResponse;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code etcdserverpb.Maintenance}. */
final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {

    /**
     * Clients ask it to know what a server can do; this front does what etcd of this version does.
     */
    private static final String VERSION = "3.6.0";

    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceService.class);

    private final Store store;
    private final Membership membership;
    private final Headers headers;
    private final LongSupplier bytesOnDisk;
    private final InstantSource clock;
    private final Supplier<List<String>> problems;
    private final Alarms alarms;

    MaintenanceService(
            Store store,
            Membership membership,
            Headers headers,
            LongSupplier bytesOnDisk,
            InstantSource clock,
            Supplier<List<String>> problems) {
        this.problems = problems;
        this.alarms = new Alarms(store, membership);
        this.clock = clock;
        this.store = store;
        this.membership = membership;
        this.headers = headers;
        this.bytesOnDisk = bytesOnDisk;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    StoreStatus status = store.status();
                    long bytes = bytesOnDisk.getAsLong();
                    return StatusResponse.newBuilder()
                            .setHeader(headers.now())
                            .setVersion(VERSION)
                            .setDbSize(bytes)
                            .setDbSizeInUse(status.space().bytes())
                            .setLeader(status.leaderId().map(membership::idOf).orElse(0L))
                            .setRaftIndex(status.appliedIndex())
                            .setRaftTerm(status.term())
                            .setRaftAppliedIndex(status.appliedIndex())
                            .setIsLearner(status.role().equals("learner"))
                            .addAllErrors(alarms.problems())
                            .addAllErrors(problems.get())
                            .build();
                });
    }

    /** Any member takes it, not only the leader. */
    @Override
    public void moveLeader(MoveLeaderRequest request, StreamObserver<MoveLeaderResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    Member heir =
                            membership
                                    .find(request.getTargetID())
                                    .orElseThrow(Errors::badTransferee);
                    try {
                        membership.members().transfer(heir.id());
                    } catch (MembershipException e) {
                        throw Errors.badTransferee();
                    }
                    return MoveLeaderResponse.newBuilder().setHeader(headers.now()).build();
                });
    }

    /** A backup in Quilla's own form; etcd's tools keep it as they would one of etcd's. */
    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> observer) {
        SnapshotStream stream =
                new SnapshotStream(
                        headers.now(), (ServerCallStreamObserver<SnapshotResponse>) observer);
        Thread.ofVirtual().name("etcd-snapshot").start(() -> snapshot(stream, observer));
    }

    private void snapshot(SnapshotStream stream, StreamObserver<SnapshotResponse> observer) {
        try {
            Contents contents = store.contents();
            Origin origin =
                    new Origin(
                            Origin.STORE,
                            membership.cluster(),
                            store.status().memberId(),
                            clock.instant());
            Backups.write(contents, origin, stream);
            stream.close();
        } catch (IOException e) {
            LOG.info("a snapshot was not sent: {}", e.getMessage());
        } catch (RuntimeException e) {
            observer.onError(Calls.told(e));
        }
    }

    @Override
    public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> observer) {
        Calls.answer(observer, () -> alarms.handle(request).setHeader(headers.now()).build());
    }

    /** Nothing is ever fragmented: the state is in memory, snapshots are written anew. */
    @Override
    public void defragment(DefragmentRequest request, StreamObserver<DefragmentResponse> observer) {
        Calls.answer(
                observer, () -> DefragmentResponse.newBuilder().setHeader(headers.now()).build());
    }

    @Override
    public void hash(HashRequest request, StreamObserver<HashResponse> observer) {
        Calls.answer(
                observer,
                () ->
                        HashResponse.newBuilder()
                                .setHeader(headers.now())
                                .setHash(Long.hashCode(store.status().digest()))
                                .build());
    }

    @Override
    public void hashKV(HashKVRequest request, StreamObserver<HashKVResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    View now = store.view(new Freshness.Any());
                    View at = Revisions.at(store, now, request.getRevision());
                    return HashKVResponse.newBuilder()
                            .setHeader(headers.at(now.revision()))
                            .setHash(hash(at))
                            .setCompactRevision(store.status().oldestRevision())
                            .build();
                });
    }

    /** Over everything that a state at a revision has; the same on every member. */
    private static int hash(View view) {
        CRC32C crc = new CRC32C();
        ByteBuffer numbers = ByteBuffer.allocate(4 * Long.BYTES);
        for (Entry entry : view.range(KeyRange.ALL, 0)) {
            crc.update(entry.key().text().getBytes(StandardCharsets.ISO_8859_1));
            crc.update(entry.value().shared());
            numbers.clear()
                    .putLong(entry.createRevision())
                    .putLong(entry.modRevision())
                    .putLong(entry.version())
                    .putLong(entry.lease().number())
                    .flip();
            crc.update(numbers);
        }
        return (int) crc.getValue();
    }
}
