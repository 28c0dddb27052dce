package dev.quilla.store.raft;

import dev.quilla.store.Member;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Brings changes of the membership, and of leadership, to whoever leads. Each looks at the members,
 * decides, and has it done only if they still are what it looked at, so that it may be tried again
 * when leadership moves or an answer is lost. Blocks.
 */
final class Changes {

    /** Elections are shorter. */
    private static final Duration UNTIL_ONE_LEADS = Duration.ofSeconds(10);

    private static final Duration TRANSFER = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PeerCalls calls;
    private final RaftGroupId group;
    private final Supplier<List<MemberStatus>> look;

    Changes(PeerCalls calls, RaftGroupId group, Supplier<List<MemberStatus>> look) {
        this.calls = calls;
        this.group = group;
        this.look = look;
    }

    /**
     * Changes who the members are.
     *
     * @param step from how they are to who they should be; empty if that is so
     */
    void make(Duration patience, Function<List<MemberStatus>, Optional<List<Member>>> step) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            List<MemberStatus> now = look.get();
            Optional<List<Member>> wanted = step.apply(now);
            if (wanted.isEmpty()) {
                return;
            }
            Optional<MemberStatus> leader = leader(look.get());
            String why = "no member leads: a majority of them must be running";
            if (leader.isPresent()) {
                Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                Optional<String> refused = set(leader.get(), left, now, wanted.get());
                if (refused.isEmpty()) {
                    return;
                }
                why = refused.get();
            }
            if (System.nanoTime() > deadline) {
                throw new UnavailableException(why);
            }
            pause();
        }
    }

    /** Answers why it may be tried again; empty if it is done. */
    private Optional<String> set(
            MemberStatus leader, Duration patience, List<MemberStatus> now, List<Member> wanted) {
        List<Member> before = now.stream().map(MemberStatus::member).toList();
        SetConfigurationRequest.Arguments arguments =
                SetConfigurationRequest.Arguments.newBuilder()
                        .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                        .setServersInCurrentConf(peers(before, false))
                        .setListenersInCurrentConf(peers(before, true))
                        .setServersInNewConf(peers(wanted, false))
                        .setListenersInNewConf(peers(wanted, true))
                        .build();
        try {
            RaftClientReply reply =
                    calls.ask(
                            leader.member().address(),
                            patience,
                            (self, to, call) ->
                                    new SetConfigurationRequest(self, to, group, call, arguments));
            return reply.isSuccess() ? Optional.empty() : passing(reply.getException());
        } catch (IOException e) {
            return passing(e);
        }
    }

    private static List<RaftPeer> peers(List<Member> members, boolean learners) {
        return members.stream()
                .filter(m -> m.learner() == learners)
                .map(m ->
                        RaftPeer.newBuilder()
                                .setId(m.id())
                                .setAddress(m.address())
                                .setClientAddress(m.clientAddress())
                                .build())
                .toList();
    }

    /**
     * Why something failed that may be tried again.
     *
     * @throws MembershipException if it may not
     */
    private static Optional<String> passing(@Nullable Throwable failure) {
        String message = failure == null ? "no reason" : String.valueOf(failure.getMessage());
        return switch (failure) {
            case ReconfigurationInProgressException _ ->
                    throw new MembershipException(
                            Reason.BUSY,
                            "another change of the members is under way: try again when it is done");
            case ReconfigurationTimeoutException _ ->
                    throw new MembershipException(
                            Reason.NOT_READY,
                            "the new member stopped answering while it was filled: see its log");
            case NotLeaderException _, LeaderNotReadyException _, LeaderSteppingDownException _ ->
                    Optional.of("leadership moves: " + message);
            case SetConfigurationException _ -> Optional.of(message);
            case null, default -> Optional.of("the leader did not answer: " + message);
        };
    }

    /** Makes a member the leader. */
    void transfer(MemberStatus heir) {
        Member member = heir.member();
        if (!heir.answers()) {
            throw new MembershipException(
                    Reason.NOT_READY, member.name() + " does not answer, so it can't lead");
        }
        long deadline = System.nanoTime() + UNTIL_ONE_LEADS.toNanos();
        String why = "no member leads: a majority of them must be running";
        while (System.nanoTime() < deadline) {
            Optional<MemberStatus> leader = leader(look.get());
            if (leader.isPresent()) {
                if (leader.get().member().id().equals(member.id())) {
                    return;
                }
                why = transfer(leader.get(), member);
            }
            pause();
        }
        throw new UnavailableException(member.name() + " does not lead: " + why);
    }

    private String transfer(MemberStatus leader, Member heir) {
        try {
            RaftClientReply reply =
                    calls.ask(
                            leader.member().address(),
                            TRANSFER,
                            (self, to, call) ->
                                    new TransferLeadershipRequest(
                                            self,
                                            to,
                                            group,
                                            call,
                                            RaftPeerId.valueOf(heir.id()),
                                            TRANSFER.toMillis()));
            return reply.isSuccess()
                    ? "it was asked to"
                    : String.valueOf(reply.getException().getMessage());
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Optional<MemberStatus> leader(List<MemberStatus> now) {
        return now.stream()
                .filter(MemberStatus::leads)
                .max(java.util.Comparator.comparingLong(MemberStatus::term));
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownOutcomeException("interrupted");
        }
    }
}
