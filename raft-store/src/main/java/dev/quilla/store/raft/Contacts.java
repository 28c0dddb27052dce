package dev.quilla.store.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps connections to all other members open, for votes and for writes, so that an election finds
 * them ready; a leader's are open by its work.
 */
final class Contacts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Contacts.class);
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private final RaftServer.Division division;
    private final Removal removal;
    private final Thread thread;

    Contacts(RaftServer.Division division, Removal removal) {
        this.division = division;
        this.removal = removal;
        this.thread = Thread.ofVirtual().name("contacts").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
                if (!division.getInfo().isLeader()) {
                    touchAll();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("closed");
        } catch (IllegalStateException e) {
            // The log closes before this is told to end.
            if (division.getInfo().isAlive()) {
                throw e;
            }
        }
    }

    /**
     * A learner that was removed stands for no election in which it would be told: it learns it
     * here.
     */
    private void touchAll() {
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            if (!peer.getId().equals(division.getId())) {
                askForVote(division, peer.getId())
                        .filter(RequestVoteReplyProto::getShouldShutdown)
                        .ifPresent(gone -> removal.happened());
            }
        }
    }

    /**
     * Asks a peer whether it would vote for this member, which changes nothing.
     *
     * @return empty if the peer does not answer
     */
    static Optional<RequestVoteReplyProto> askForVote(
            RaftServer.Division division, RaftPeerId peer) {
        try {
            return Optional.of(
                    division.getRaftServer().getServerRpc().requestVote(question(division, peer)));
        } catch (IOException e) {
            LOG.debug("{} does not answer: {}", peer, e.getMessage());
            return Optional.empty();
        }
    }

    private static RequestVoteRequestProto question(RaftServer.Division division, RaftPeerId peer) {
        RequestVoteRequestProto.Builder question =
                RequestVoteRequestProto.newBuilder()
                        .setServerRequest(header(division, division.getId(), peer))
                        .setCandidateTerm(division.getInfo().getCurrentTerm())
                        .setPreVote(true);
        // Before the first leader of all the log is empty.
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        if (last != null) {
            question.setCandidateLastEntry(last.toProto());
        }
        return question.build();
    }

    /**
     * A leader's word to another member that it shall stand for election, if it has all that this
     * member has.
     *
     * @param leader whose word it is
     * @param heir who is to lead
     */
    static StartLeaderElectionRequestProto election(
            RaftServer.Division division, RaftPeerId leader, RaftPeerId heir) {
        return StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(header(division, leader, heir))
                .setLeaderLastEntry(division.getRaftLog().getLastEntryTermIndex().toProto())
                .build();
    }

    private static RaftRpcRequestProto header(
            RaftServer.Division division, RaftPeerId from, RaftPeerId to) {
        return RaftRpcRequestProto.newBuilder()
                .setRequestorId(from.toByteString())
                .setReplyId(to.toByteString())
                .setRaftGroupId(
                        RaftGroupIdProto.newBuilder()
                                .setId(division.getMemberId().getGroupId().toByteString()))
                .build();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
