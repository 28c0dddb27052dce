package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import dev.quilla.store.Member;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.MembershipException;
import dev.quilla.store.StoreException;
import dev.quilla.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The place among the others of a member whose data is of no use any more. Another one, of the same
 * name at the same address, can take it as long as the others are a majority without it.
 *
 * @param members the others, who change it
 * @param lost the member as the log has it
 */
record Place(LiveMembers members, Member lost) {

    /** Members that are all just starting elect within this. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(200);

    /**
     * Finds it.
     *
     * @param contacts members to ask, of which some may be gone
     * @throws StoreException if nobody can give it to another; says why, and what to do
     */
    static Place of(
            RaftStoreConfig config,
            PeerCalls calls,
            List<RaftStoreConfig.Member> contacts,
            DamagedException damage) {
        if (contacts.isEmpty()) {
            throw new StoreException(
                    damage.getMessage()
                            + "; there is no other member that has the data: use quilla backup"
                            + " restore",
                    damage);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String why;
            try {
                LiveMembers members = RaftMembers.find(config.clusterId(), contacts, calls);
                return new Place(members, check(config, members));
            } catch (UnavailableException | MembershipException e) {
                why = e.getMessage();
            }
            if (System.nanoTime() > deadline) {
                throw new StoreException(
                        damage.getMessage()
                                + "; it can't be filled from the others ("
                                + why
                                + "): start those that are away; if they are gone for good, use"
                                + " quilla member recover or quilla backup restore",
                        damage);
            }
            pause();
        }
    }

    private static Member check(RaftStoreConfig config, LiveMembers members) {
        List<MemberStatus> now = members.look();
        if (now.stream().noneMatch(s -> s.leads() && !isOf(config, s.member()))) {
            throw new UnavailableException("none of them leads");
        }
        MemberStatus lost =
                now.stream()
                        .filter(s -> isOf(config, s.member()))
                        .findFirst()
                        .orElseThrow(() ->
                                new StoreException(
                                        "%s at %s is none of the store's members: empty %s, set join: true in its configuration, and use quilla member add"
                                                .formatted(
                                                        config.memberId(),
                                                        config.self().address(),
                                                        config.dataDir())));
        Quorum.checkReplace(now, lost);
        return lost.member();
    }

    /** The member of this name, if there is one and it can't be running elsewhere. */
    static Optional<Member> find(RaftStoreConfig config, PeerCalls calls) {
        List<RaftStoreConfig.Member> others =
                config.members().stream().filter(m -> !m.equals(config.self())).toList();
        try {
            return RaftMembers.find(config.clusterId(), others, calls).all().stream()
                    .filter(m -> isOf(config, m))
                    .findFirst();
        } catch (UnavailableException e) {
            return Optional.empty();
        }
    }

    private static boolean isOf(RaftStoreConfig config, Member member) {
        return member.name().equals(config.memberId())
                && member.address().equals(config.self().address());
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted");
        }
    }
}
