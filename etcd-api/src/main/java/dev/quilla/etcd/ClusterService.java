package dev.quilla.etcd;

import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.Member;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberListResponse;
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.Cluster}. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {

    private final Membership membership;
    private final Headers headers;

    ClusterService(Membership membership, Headers headers) {
        this.membership = membership;
        this.headers = headers;
    }

    @Override
    public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    MemberListResponse.Builder answer =
                            MemberListResponse.newBuilder().setHeader(headers.now());
                    for (Membership.Member member : membership.members()) {
                        answer.addMembers(
                                Member.newBuilder()
                                        .setID(membership.idOf(member.name()))
                                        .setName(member.name())
                                        .addPeerURLs(member.peerUrl())
                                        .addClientURLs(member.clientUrl()));
                    }
                    return answer.build();
                });
    }
}
