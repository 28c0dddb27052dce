package dev.quilla.store.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives leadership to the member whose log is the fullest, which spares everybody an election
 * time-out. Does nothing where this member does not lead.
 */
final class HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final RaftServer.Division division;
    private final ClientId client = ClientId.randomId();

    HandOver(RaftServer.Division division) {
        this.division = division;
    }

    /** Returns when another member leads, or when it is clear that none will so soon. */
    void run() throws InterruptedException {
        Optional<RaftPeerId> heir = division.getInfo().isLeader() ? heir() : Optional.empty();
        if (heir.isEmpty()) {
            return;
        }
        try {
            RaftClientReply reply =
                    division.getRaftServer()
                            .transferLeadershipAsync(request(heir.get()))
                            .get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!reply.isSuccess()) {
                LOG.info("leadership was not handed over: {}", reply.getException().getMessage());
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            // Then the others elect one after their time-out: slower, and just as safe.
            LOG.info("leadership was not handed over: {}", e.toString());
        }
    }

    private TransferLeadershipRequest request(RaftPeerId heir) {
        return new TransferLeadershipRequest(
                client,
                division.getId(),
                division.getMemberId().getGroupId(),
                0,
                heir,
                PATIENCE.toMillis());
    }

    /** The order of the indices is that of the followers in what the leader says of itself. */
    private Optional<RaftPeerId> heir() {
        long[] matches = division.getInfo().getFollowerMatchIndices();
        if (matches == null) {
            // It does not lead any longer.
            return Optional.empty();
        }
        List<RaftPeerId> followers =
                division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                        .map(f -> RaftPeerId.valueOf(f.getId().getId()))
                        .toList();
        Set<RaftPeerId> voters =
                division.getRaftConf().getCurrentPeers().stream()
                        .map(RaftPeer::getId)
                        .collect(Collectors.toSet());
        return IntStream.range(0, Math.min(matches.length, followers.size()))
                .boxed()
                .filter(i -> voters.contains(followers.get(i)))
                .max(Comparator.comparingLong(i -> matches[i]))
                .map(followers::get);
    }
}
