package dev.quilla.store.raft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects another leader when the leader's process has ended, without waiting for the time-out. A
 * connection to this member that ends is the hint; that nobody listens at the leader's address any
 * more is the proof. Of the members that are left, the one with the newest log stands for election;
 * of several one that has applied it, for a leader answers nobody before; of several of these the
 * first by name, so that votes don't split.
 *
 * <p>It only ever asks for an election early: if it keeps silent or is wrong, Raft's own time-outs
 * and votes hold as ever.
 */
final class Succession {

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private static final Comparator<Candidate> FITNESS =
            Comparator.comparing(Candidate::last)
                    .thenComparing(Candidate::isReady)
                    .thenComparing(c -> c.id().toString(), Comparator.reverseOrder());

    private record Candidate(RaftPeerId id, TermIndex last, boolean isReady) {}

    private final Readiness readiness;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile Supplier<Optional<RaftServer.Division>> division = Optional::empty;

    /** Follows no hints yet. */
    Succession(Readiness readiness) {
        this.readiness = readiness;
    }

    /** From now on hints are followed. */
    void watch(Supplier<Optional<RaftServer.Division>> started) {
        division = started;
    }

    /** A connection of another member to this one has ended. Does not wait. */
    void connectionEnded() {
        division.get()
                .ifPresent(d -> {
                    if (d.getInfo().isFollower() && underWay.compareAndSet(false, true)) {
                        Thread.ofVirtual().name("succession").start(() -> succeed(d));
                    }
                });
    }

    private void succeed(RaftServer.Division division) {
        try {
            RaftPeerId leaderId = division.getInfo().getLeaderId();
            RaftPeer leader = leaderId == null ? null : division.getRaftConf().getPeer(leaderId);
            if (leader != null
                    && !leaderId.equals(division.getId())
                    && ListenerProbe.isGone(leader.getAddress())) {
                LOG.info("the leader, {}, is gone", leaderId);
                standIfFittest(division, leaderId);
            }
        } catch (IOException e) {
            LOG.info("no early election: {}", e.getMessage());
        } catch (IllegalStateException e) {
            // The log closes while connections end.
            if (division.getInfo().isAlive()) {
                throw e;
            }
        } finally {
            underWay.set(false);
        }
    }

    private void standIfFittest(RaftServer.Division division, RaftPeerId leaderId)
            throws IOException {
        long term = division.getInfo().getCurrentTerm();
        int members = 0;
        List<Candidate> others = new ArrayList<>();
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            members++;
            if (!peer.getId().equals(division.getId()) && !peer.getId().equals(leaderId)) {
                Contacts.askForVote(division, peer.getId())
                        .filter(answer -> answer.getTerm() == term)
                        .map(answer -> TermIndex.valueOf(answer.getLastEntry()))
                        .map(last ->
                                new Candidate(peer.getId(), last, readiness.of(division, peer)))
                        .ifPresent(others::add);
            }
        }
        // Only now, for what the leader sent last may have come meanwhile.
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        Candidate own = new Candidate(division.getId(), last, readiness.ofThis(division));
        boolean fittest = others.stream().allMatch(o -> FITNESS.compare(own, o) > 0);
        if (fittest && (others.size() + 1) * 2 > members) {
            LOG.info("standing for election with {}", last);
            division.getRaftServer()
                    .startLeaderElection(Contacts.election(division, leaderId, division.getId()));
        }
    }
}
