package dev.quilla.etcd;

import dev.quilla.store.Freshness;
import dev.quilla.store.Member;
import dev.quilla.store.MembershipException;
import dev.quilla.store.Store;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.MemberAddRequest;
import io.etcd.jetcd.api.MemberAddResponse;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberListResponse;
import io.etcd.jetcd.api.MemberPromoteRequest;
import io.etcd.jetcd.api.MemberPromoteResponse;
import io.etcd.jetcd.api.MemberRemoveRequest;
import io.etcd.jetcd.api.MemberRemoveResponse;
import io.etcd.jetcd.api.MemberUpdateRequest;
import io.etcd.jetcd.api.MemberUpdateResponse;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * {@code etcdserverpb.Cluster}. A member must run and wait to join before it is added, and has
 * caught up when the answer comes, where etcd adds first and starts then.
 */
final class ClusterService extends ClusterGrpc.ClusterImplBase {

    /** The field by which newer clients ask for a list that is surely the newest. */
    private static final int LINEARIZABLE = 1;

    /** Filling a member with a large state takes its time; a client may give up sooner. */
    private static final Duration FILLING = Duration.ofMinutes(10);

    private final Store store;
    private final Membership membership;
    private final Headers headers;

    ClusterService(Store store, Membership membership, Headers headers) {
        this.store = store;
        this.membership = membership;
        this.headers = headers;
    }

    @Override
    public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    if (Extras.number(request, LINEARIZABLE) != 0) {
                        store.view(new Freshness.Linearizable());
                    }
                    return MemberListResponse.newBuilder()
                            .setHeader(headers.now())
                            .addAllMembers(all())
                            .build();
                });
    }

    @Override
    public void memberAdd(MemberAddRequest request, StreamObserver<MemberAddResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    String address = address(request.getPeerURLsList());
                    if (membership.members().all().stream()
                            .anyMatch(m -> m.address().equals(address))) {
                        throw Errors.peerUrlExists();
                    }
                    Member added = add(address, request.getIsLearner());
                    return MemberAddResponse.newBuilder()
                            .setHeader(headers.now())
                            .setMember(told(added))
                            .addAllMembers(all())
                            .build();
                });
    }

    private Member add(String address, boolean learner) {
        try {
            return membership.members().add(address, learner, FILLING);
        } catch (MembershipException e) {
            throw Errors.of(e);
        }
    }

    private String address(List<String> urls) {
        if (urls.size() != 1) {
            throw Errors.badUrls();
        }
        try {
            URI url = URI.create(urls.getFirst());
            if (membership.scheme().equals(url.getScheme())
                    && url.getHost() != null
                    && url.getPort() > 0) {
                return url.getHost() + ":" + url.getPort();
            }
        } catch (IllegalArgumentException e) {
            throw Errors.badUrls();
        }
        throw Errors.badUrls();
    }

    @Override
    public void memberPromote(
            MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    Member member = find(request.getID());
                    if (!member.learner()) {
                        throw Errors.notLearner();
                    }
                    try {
                        membership.members().promote(member.id());
                    } catch (MembershipException e) {
                        throw e.reason() == MembershipException.Reason.NOT_READY
                                ? Errors.learnerNotReady()
                                : Errors.of(e);
                    }
                    return MemberPromoteResponse.newBuilder()
                            .setHeader(headers.now())
                            .addAllMembers(all())
                            .build();
                });
    }

    @Override
    public void memberRemove(
            MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    try {
                        membership.members().remove(find(request.getID()).id());
                    } catch (MembershipException e) {
                        throw Errors.of(e);
                    }
                    return MemberRemoveResponse.newBuilder()
                            .setHeader(headers.now())
                            .addAllMembers(all())
                            .build();
                });
    }

    /** Connections of the members are bound to an address for as long as they are members. */
    @Override
    public void memberUpdate(
            MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> observer) {
        Calls.answer(
                observer,
                () -> {
                    Member member = find(request.getID());
                    if (!address(request.getPeerURLsList()).equals(member.address())) {
                        throw Errors.notOffered(
                                "another address for a member: remove it and add it again");
                    }
                    return MemberUpdateResponse.newBuilder()
                            .setHeader(headers.now())
                            .addAllMembers(all())
                            .build();
                });
    }

    private Member find(long id) {
        return membership.find(id).orElseThrow(Errors::memberNotFound);
    }

    private List<io.etcd.jetcd.api.Member> all() {
        return membership.members().all().stream().map(this::told).toList();
    }

    private io.etcd.jetcd.api.Member told(Member member) {
        io.etcd.jetcd.api.Member.Builder told =
                io.etcd.jetcd.api.Member.newBuilder()
                        .setID(membership.idOf(member.id()))
                        .setName(member.name())
                        .addPeerURLs(membership.url(member.address()))
                        .setIsLearner(member.learner());
        if (!member.clientAddress().isEmpty()) {
            told.addClientURLs(membership.url(member.clientAddress()));
        }
        return told.build();
    }
}
