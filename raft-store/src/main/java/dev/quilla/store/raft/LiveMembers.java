package dev.quilla.store.raft;

import dev.quilla.store.Member;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.Members;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.LogInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members as they are, asked over the connections that they have among themselves. */
final class LiveMembers implements Members {

    private static final Logger LOG = LoggerFactory.getLogger(LiveMembers.class);

    /** A learner that is no further behind than this may vote: it is filled in a moment. */
    private static final long LAG_MAX = 1_000;

    private static final Duration CHANGE = Duration.ofSeconds(20);

    private final PeerCalls calls;
    private final RaftGroupId group;
    private final Supplier<List<Member>> roster;
    private final Changes changes;

    /**
     * Members of a log.
     *
     * @param roster who they are at the moment, in any order
     */
    LiveMembers(PeerCalls calls, RaftGroupId group, Supplier<List<Member>> roster) {
        this.calls = calls;
        this.group = group;
        this.roster = roster;
        this.changes = new Changes(calls, group, this::look);
    }

    @Override
    public List<Member> all() {
        return roster.get().stream().sorted(Comparator.comparing(Member::name)).toList();
    }

    @Override
    public List<MemberStatus> look() {
        List<Future<MemberStatus>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Member member : all()) {
                asked.add(threads.submit((Callable<MemberStatus>) () -> look(member)));
            }
        }
        return asked.stream().map(LiveMembers::result).toList();
    }

    private static MemberStatus result(Future<MemberStatus> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("it was done", e);
        }
    }

    private MemberStatus look(Member member) {
        try {
            GroupInfoReply info = info(member.address());
            LogInfoProto log = info.getLogInfoProto();
            return new MemberStatus(
                    member,
                    word(info.getRoleInfoProto().getRole()),
                    log.getLastEntry().getTerm(),
                    log.getApplied().getIndex(),
                    log.getLastEntry().getIndex());
        } catch (IOException e) {
            LOG.debug("{} does not answer: {}", member.name(), e.getMessage());
            return new MemberStatus(member, MemberStatus.UNREACHABLE, 0, 0, 0);
        }
    }

    private GroupInfoReply info(String address) throws IOException {
        if (calls.ask(
                        address,
                        PeerCalls.PATIENCE,
                        (self, to, call) -> new GroupInfoRequest(self, to, group, call))
                instanceof GroupInfoReply info) {
            return info;
        }
        throw new IOException("it says nothing of the log");
    }

    @Override
    public Member add(String address, boolean learner, Duration patience) {
        Member member = waitingAt(address, learner);
        changes.make(
                patience,
                now -> {
                    if (now.stream().anyMatch(s -> s.member().id().equals(member.id()))) {
                        return Optional.empty();
                    }
                    Quorum.checkAdd(now, member);
                    List<Member> next = membersOf(now);
                    next.add(member);
                    return Optional.of(next);
                });
        return member;
    }

    private Member waitingAt(String address, boolean learner) {
        RaftPeerProto self;
        try {
            self = info(address).getRoleInfoProto().getSelf();
        } catch (IOException e) {
            LOG.debug("{} does not answer", address, e);
            throw new MembershipException(
                    Reason.NOT_READY,
                    "no member of this store waits at "
                            + address
                            + ": start it first, with an empty data directory and join: true in its"
                            + " configuration");
        }
        RaftPeerId id = RaftPeerId.valueOf(self.getId());
        Member found =
                new Member(
                        id.toString(),
                        Identity.nameOf(id),
                        address,
                        self.getClientAddress(),
                        learner);
        if (all().stream().anyMatch(m -> m.id().equals(found.id()))) {
            throw new MembershipException(Reason.EXISTS, found.name() + " is a member already");
        }
        return found;
    }

    @Override
    public void promote(String word) {
        Member member = find(word);
        changes.make(
                CHANGE,
                now -> {
                    MemberStatus status = Quorum.find(now, member);
                    if (!status.member().learner()) {
                        return Optional.empty();
                    }
                    Quorum.checkPromote(now, status, LAG_MAX);
                    List<Member> next = membersOf(now);
                    next.remove(status.member());
                    next.add(voting(status.member()));
                    return Optional.of(next);
                });
    }

    private static Member voting(Member member) {
        return new Member(
                member.id(), member.name(), member.address(), member.clientAddress(), false);
    }

    @Override
    public Member remove(String word) {
        Member member = find(word);
        changes.make(
                CHANGE,
                now -> {
                    Optional<MemberStatus> status =
                            now.stream()
                                    .filter(s -> s.member().id().equals(member.id()))
                                    .findFirst();
                    if (status.isEmpty()) {
                        return Optional.empty();
                    }
                    Quorum.checkRemove(now, status.get());
                    if (status.get().leads()) {
                        changes.transfer(Quorum.heir(now, status.get()));
                    }
                    List<Member> next = membersOf(now);
                    next.remove(status.get().member());
                    return Optional.of(next);
                });
        tell(member);
        return member;
    }

    /** The log that they follow. */
    RaftGroupId group() {
        return group;
    }

    /**
     * Puts a member in the place of one that has lost its data, by one change, once a leader has
     * filled it. It may be tried again.
     *
     * @param lost the id of the one that is out
     * @param heir the one that is in, at the same address; votes if the other one did
     */
    void replace(String lost, Member heir, Duration patience) {
        changes.make(
                patience,
                now -> {
                    if (now.stream().anyMatch(s -> s.member().id().equals(heir.id()))) {
                        return Optional.empty();
                    }
                    MemberStatus out =
                            now.stream()
                                    .filter(s -> s.member().id().equals(lost))
                                    .findFirst()
                                    .orElseThrow(() ->
                                            new MembershipException(
                                                    Reason.UNKNOWN,
                                                    lost + " is no longer a member"));
                    Quorum.checkReplace(now, out);
                    List<Member> next = membersOf(now);
                    next.remove(out.member());
                    next.add(out.member().learner() ? learning(heir) : heir);
                    return Optional.of(next);
                });
    }

    private static Member learning(Member member) {
        return new Member(
                member.id(), member.name(), member.address(), member.clientAddress(), true);
    }

    /** One that does not run is told when it comes back. */
    private void tell(Member removed) {
        try {
            calls.ask(
                    removed.address(),
                    PeerCalls.PATIENCE,
                    (self, to, call) ->
                            GroupManagementRequest.newRemove(self, to, call, group, false, false));
        } catch (IOException e) {
            LOG.debug("{} was not told that it is removed: {}", removed.name(), e.getMessage());
        }
    }

    @Override
    public void transfer(String word) {
        Member member = find(word);
        if (member.learner()) {
            throw new MembershipException(
                    Reason.WRONG_ROLE,
                    member.name() + " is a learner and can't lead: promote it first");
        }
        changes.transfer(Quorum.find(look(), member));
    }

    private Member find(String word) {
        List<Member> now = all();
        return now.stream()
                .filter(m -> m.isCalled(word))
                .findFirst()
                .orElseThrow(() ->
                        new MembershipException(
                                Reason.UNKNOWN,
                                "there is no member '"
                                        + word
                                        + "': there are "
                                        + String.join(
                                                ", ", now.stream().map(Member::name).toList())));
    }

    private static List<Member> membersOf(List<MemberStatus> now) {
        return new ArrayList<>(now.stream().map(MemberStatus::member).toList());
    }

    /** What Ratis has as peers. */
    static List<Member> membersOf(Collection<RaftPeer> voters, Collection<RaftPeer> learners) {
        List<Member> members = new ArrayList<>();
        voters.forEach(peer -> members.add(member(peer, false)));
        learners.forEach(peer -> members.add(member(peer, true)));
        return members;
    }

    private static Member member(RaftPeer peer, boolean learner) {
        String client = peer.getClientAddress();
        return new Member(
                peer.getId().toString(),
                Identity.nameOf(peer.getId()),
                peer.getAddress(),
                client == null ? "" : client,
                learner);
    }

    /** A role in our words. */
    static String word(RaftPeerRole role) {
        return switch (role) {
            case LEADER -> "leader";
            case CANDIDATE -> "candidate";
            case LISTENER -> "learner";
            case FOLLOWER, UNRECOGNIZED -> "follower";
        };
    }

    /** Holds no connection between two calls. */
    @Override
    public void close() {}
}
