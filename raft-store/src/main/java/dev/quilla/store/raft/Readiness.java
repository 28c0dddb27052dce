package dev.quilla.store.raft;

import dev.quilla.store.raft.transport.Peers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which members could answer at once if they led: a leader answers nobody before it has applied all
 * that it has. One that was just started may have much to apply, by code that is not compiled yet.
 * Thread-safe.
 */
final class Readiness {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    /** How much a member may still have to apply: that is done in a moment. */
    private static final long BACKLOG_MAX = 256;

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Peers peers;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    /**
     * Asks nobody yet.
     *
     * @param peers the ways to the others
     */
    Readiness(Peers peers) {
        this.peers = peers;
    }

    /** Whether this member is ready. */
    boolean ofThis(RaftServer.Division division) {
        return isReady(division, division.getInfo().getLastAppliedIndex());
    }

    /** Whether another one is, if it led what this one has; one that does not answer is not. */
    boolean of(RaftServer.Division division, RaftPeer peer) {
        try {
            RaftClientRequest question =
                    new GroupInfoRequest(
                            self,
                            peer.getId(),
                            division.getMemberId().getGroupId(),
                            calls.incrementAndGet());
            return peers.ask(peer.getAddress(), PATIENCE, question) instanceof GroupInfoReply answer
                    && isReady(division, answer.getLogInfoProto().getApplied().getIndex());
        } catch (IOException e) {
            LOG.debug("{} does not say how far it is: {}", peer.getId(), e.getMessage());
            return false;
        }
    }

    private static boolean isReady(RaftServer.Division division, long applied) {
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        return last == null || last.getIndex() - applied <= BACKLOG_MAX;
    }
}
