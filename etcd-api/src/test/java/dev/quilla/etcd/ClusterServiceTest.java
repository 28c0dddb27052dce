package dev.quilla.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.Member;
import io.etcd.jetcd.api.MemberAddRequest;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberPromoteRequest;
import io.etcd.jetcd.api.MemberRemoveRequest;
import io.etcd.jetcd.api.MemberUpdateRequest;
import io.etcd.jetcd.api.MoveLeaderRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterServiceTest {

    private Front front;
    private ClusterGrpc.ClusterBlockingStub cluster;

    @BeforeEach
    void start() throws IOException {
        front = Front.start();
        cluster = ClusterGrpc.newBlockingStub(front.channel);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private List<Member> list() {
        return cluster.memberList(MemberListRequest.getDefaultInstance()).getMembersList();
    }

    private Member add(String url, boolean learner) {
        return cluster.memberAdd(
                        MemberAddRequest.newBuilder()
                                .addPeerURLs(url)
                                .setIsLearner(learner)
                                .build())
                .getMember();
    }

    private static String refused(Runnable call) {
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call::run);
        return String.valueOf(e.getStatus().getDescription());
    }

    @Test
    void listsWhoIsThere() {
        Member member = list().getFirst();
        assertEquals("memory", member.getName());
        assertEquals("https://peer:1", member.getPeerURLs(0));
        assertEquals("https://client:2", member.getClientURLs(0));
        assertFalse(member.getIsLearner());
    }

    @Test
    void addsPromotesAndRemoves() {
        Member added = add("https://fourth:7", true);
        assertEquals("fourth", added.getName());
        assertTrue(list().getLast().getIsLearner());
        MemberPromoteRequest promote =
                MemberPromoteRequest.newBuilder().setID(added.getID()).build();
        front.members.caughtUp(false);
        assertEquals(
                "etcdserver: can only promote a learner member which is in sync with leader",
                refused(() -> cluster.memberPromote(promote)));
        front.members.caughtUp(true);
        assertEquals(2, cluster.memberPromote(promote).getMembersCount());
        assertEquals(
                "etcdserver: can only promote a learner member",
                refused(() -> cluster.memberPromote(promote)));
        MemberRemoveRequest remove = MemberRemoveRequest.newBuilder().setID(added.getID()).build();
        assertEquals(1, cluster.memberRemove(remove).getMembersCount());
        assertEquals("etcdserver: member not found", refused(() -> cluster.memberRemove(remove)));
    }

    @Test
    void refusesWhatEtcdRefuses() {
        assertEquals(
                "etcdserver: Peer URLs already exists",
                refused(() -> add("https://peer:1", false)));
        for (String bad : List.of("peer:1", "http://peer:1", "https://peer", "https:// x:1")) {
            assertEquals(
                    "etcdserver: given member URLs are invalid", refused(() -> add(bad, false)));
        }
        assertTrue(refused(() -> add("https://nobody:1", false)).contains("waits there"));
        long id = list().getFirst().getID();
        assertEquals(
                "etcdserver: re-configuration failed due to not enough started members",
                refused(() ->
                        cluster.memberRemove(MemberRemoveRequest.newBuilder().setID(id).build())));
    }

    @Test
    void anAddressStaysAsLongAsItsMember() {
        MemberUpdateRequest.Builder update =
                MemberUpdateRequest.newBuilder().setID(list().getFirst().getID());
        assertEquals(
                1,
                cluster.memberUpdate(update.clone().addPeerURLs("https://peer:1").build())
                        .getMembersCount());
        assertTrue(
                refused(() ->
                                cluster.memberUpdate(
                                        update.clone().addPeerURLs("https://peer:9").build()))
                        .contains("remove it and add it again"));
    }

    @Test
    void leadershipMoves() {
        Member added = add("https://fourth:7", false);
        MaintenanceGrpc.MaintenanceBlockingStub maintenance =
                MaintenanceGrpc.newBlockingStub(front.channel);
        maintenance.moveLeader(MoveLeaderRequest.newBuilder().setTargetID(added.getID()).build());
        assertEquals("fourth~1", front.members.leader());
        assertEquals(
                "etcdserver: bad leader transferee",
                refused(() ->
                        maintenance.moveLeader(
                                MoveLeaderRequest.newBuilder().setTargetID(1).build())));
    }
}
