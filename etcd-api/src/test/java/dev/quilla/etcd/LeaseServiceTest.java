package dev.quilla.etcd;

import static dev.quilla.etcd.Front.bytes;
import static dev.quilla.etcd.Front.prefix;
import static dev.quilla.etcd.Front.putting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.HashKVRequest;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeaseServiceTest {

    private Front front;
    private LeaseGrpc.LeaseBlockingStub leases;

    @BeforeEach
    void start() throws IOException {
        front = Front.start();
        leases = LeaseGrpc.newBlockingStub(front.channel);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private LeaseGrantResponse grant(long id, long seconds) {
        return leases.leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(seconds).build());
    }

    private LeaseTimeToLiveResponse timeToLive(long id) {
        return leases.leaseTimeToLive(
                LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build());
    }

    @Test
    void keysEndWithTheirLease() {
        LeaseGrantResponse lease = grant(0, 60);
        assertTrue(lease.getID() > 0);
        front.kv.put(putting("a", "1").setLease(lease.getID()).build());
        LeaseTimeToLiveResponse left = timeToLive(lease.getID());
        assertEquals(60, left.getGrantedTTL());
        assertEquals(List.of(bytes("a")), left.getKeysList());
        leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease.getID()).build());
        assertEquals(0, front.kv.range(prefix("a").build()).getCount());
        assertEquals(-1, timeToLive(lease.getID()).getTTL());
    }

    @Test
    void aNumberIsGrantedOnceAndTimesAreBounded() {
        assertEquals(2, grant(7, 1).getTTL());
        StatusRuntimeException taken =
                assertThrows(StatusRuntimeException.class, () -> grant(7, 60));
        assertEquals("etcdserver: lease already exists", taken.getStatus().getDescription());
        StatusRuntimeException tooLong =
                assertThrows(StatusRuntimeException.class, () -> grant(8, Long.MAX_VALUE));
        assertEquals(Status.Code.OUT_OF_RANGE, tooLong.getStatus().getCode());
    }

    @Test
    void keepAliveTellsWhichLeasesAreLeft() throws InterruptedException {
        grant(7, 60);
        BlockingQueue<LeaseKeepAliveResponse> answers = new LinkedBlockingQueue<>();
        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(front.channel)
                        .leaseKeepAlive(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(LeaseKeepAliveResponse value) {
                                        answers.add(value);
                                    }

                                    @Override
                                    public void onError(Throwable t) {}

                                    @Override
                                    public void onCompleted() {}
                                });
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(8).build());
        assertEquals(60, answers.poll(10, TimeUnit.SECONDS).getTTL());
        assertEquals(0, answers.poll(10, TimeUnit.SECONDS).getTTL());
    }

    @Test
    void tellsOfTheClusterAndItself() {
        StatusResponse status =
                MaintenanceGrpc.newBlockingStub(front.channel)
                        .status(StatusRequest.getDefaultInstance());
        var members =
                ClusterGrpc.newBlockingStub(front.channel)
                        .memberList(MemberListRequest.getDefaultInstance());
        assertEquals("memory", members.getMembers(0).getName());
        assertEquals(members.getMembers(0).getID(), status.getLeader());
        assertEquals(status.getHeader().getMemberId(), status.getLeader());
        assertEquals(4_711, status.getDbSize());
    }

    @Test
    void hashesFollowFromWhatIsThere() {
        var maintenance = MaintenanceGrpc.newBlockingStub(front.channel);
        long first = front.put("a", "1");
        int before = maintenance.hashKV(HashKVRequest.getDefaultInstance()).getHash();
        front.put("a", "2");
        assertTrue(before != maintenance.hashKV(HashKVRequest.getDefaultInstance()).getHash());
        assertEquals(
                before,
                maintenance
                        .hashKV(HashKVRequest.newBuilder().setRevision(first).build())
                        .getHash());
    }

    @Test
    void whatIsNotOfferedIsNamed() {
        StatusRuntimeException e =
                assertThrows(
                        StatusRuntimeException.class,
                        () ->
                                AuthGrpc.newBlockingStub(front.channel)
                                        .authEnable(AuthEnableRequest.getDefaultInstance()));
        assertEquals(Status.Code.UNIMPLEMENTED, e.getStatus().getCode());
        assertEquals(
                "etcdserver: Quilla does not offer etcdserverpb.Auth/AuthEnable",
                e.getStatus().getDescription());
    }
}
