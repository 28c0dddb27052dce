package dev.quilla.store.raft;

import dev.quilla.store.Member;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import java.util.Comparator;
import java.util.List;

/** Which changes leave a majority that answers. Pure. */
final class Quorum {

    private Quorum() {}

    /** Refuses a name that is taken, and a vote that would make the majority unreachable. */
    static void checkAdd(List<MemberStatus> now, Member joins) {
        if (now.stream().anyMatch(s -> s.member().name().equals(joins.name()))) {
            throw new MembershipException(
                    Reason.EXISTS,
                    "there is a member " + joins.name() + " already: remove that one first");
        }
        if (!joins.learner()) {
            checkMajority(voters(now) + 1, answering(now) + 1, "adding " + joins.name());
        }
    }

    /** Refuses a learner that is away, or far behind the leader. */
    static void checkPromote(List<MemberStatus> now, MemberStatus learner, long lagMax) {
        String name = learner.member().name();
        if (!learner.answers()) {
            throw new MembershipException(
                    Reason.NOT_READY, name + " does not answer: a vote needs a member that runs");
        }
        long last = now.stream().mapToLong(MemberStatus::lastIndex).max().orElse(0);
        if (learner.lastIndex() < last - lagMax) {
            throw new MembershipException(
                    Reason.NOT_READY,
                    "%s has not caught up: it is %d log entries behind; try again when it is closer"
                            .formatted(name, last - learner.lastIndex()));
        }
        checkMajority(voters(now) + 1, answering(now) + 1, "promoting " + name);
    }

    /** Refuses to take the last member, and the last majority. */
    static void checkRemove(List<MemberStatus> now, MemberStatus leaves) {
        if (leaves.member().learner()) {
            return;
        }
        String name = leaves.member().name();
        if (voters(now) == 1) {
            throw new MembershipException(
                    Reason.UNSAFE,
                    name + " is the only member with a vote: add another before it is removed");
        }
        checkMajority(
                voters(now) - 1, answering(now) - (leaves.answers() ? 1 : 0), "removing " + name);
    }

    /** Refuses to replace one that the others can't do without: it must not be counted itself. */
    static void checkReplace(List<MemberStatus> now, MemberStatus lost) {
        boolean counted = !lost.member().learner() && lost.answers();
        checkMajority(
                voters(now),
                answering(now) - (counted ? 1 : 0),
                "replacing " + lost.member().name());
    }

    private static void checkMajority(long voters, long answering, String what) {
        if (answering <= voters / 2) {
            throw new MembershipException(
                    Reason.UNSAFE,
                    "%s would leave %d members with a vote of which only %d answer: start those that are away, or remove them first"
                            .formatted(what, voters, answering));
        }
    }

    private static long voters(List<MemberStatus> now) {
        return now.stream().filter(s -> !s.member().learner()).count();
    }

    private static long answering(List<MemberStatus> now) {
        return now.stream().filter(s -> !s.member().learner() && s.answers()).count();
    }

    /** Who leads best after one that goes: whoever has the most of the log. */
    static MemberStatus heir(List<MemberStatus> now, MemberStatus goes) {
        return now.stream()
                .filter(s -> !s.member().learner() && s.answers() && !s.equals(goes))
                .max(Comparator.comparingLong(MemberStatus::lastIndex))
                .orElseThrow(() ->
                        new MembershipException(
                                Reason.UNSAFE,
                                "nobody else answers who could lead after "
                                        + goes.member().name()));
    }

    /** How a member is now. */
    static MemberStatus find(List<MemberStatus> now, Member member) {
        return now.stream()
                .filter(s -> s.member().id().equals(member.id()))
                .findFirst()
                .orElseThrow(() ->
                        new MembershipException(
                                Reason.UNKNOWN, member.name() + " is no longer a member"));
    }
}
