package dev.quilla.store.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives leadership to another member, which spares everybody an election time-out: to one that can
 * answer at once, and of these to the one whose log is the fullest. Does nothing where this member
 * does not lead.
 */
final class HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Comparator<Heir> FITNESS =
            Comparator.comparing(Heir::isReady).thenComparing(Heir::match);

    private record Heir(RaftPeerId id, boolean isReady, long match) {}

    private final RaftServer.Division division;
    private final Readiness readiness;
    private final ClientId client = ClientId.randomId();

    HandOver(RaftServer.Division division, Readiness readiness) {
        this.division = division;
        this.readiness = readiness;
    }

    /** Returns when another member leads, or when it is clear that none will so soon. */
    void run() throws InterruptedException {
        Optional<Heir> heir = division.getInfo().isLeader() ? heir() : Optional.empty();
        if (heir.isEmpty()) {
            return;
        }
        try {
            if (division.getInfo().isLeaderReady()) {
                transfer(heir.get().id());
            } else if (heir.get().isReady()) {
                letStand(heir.get().id());
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            // Then the others elect one after their time-out: slower, and just as safe.
            LOG.info("leadership was not handed over: {}", e.toString());
        }
    }

    private void transfer(RaftPeerId heir)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        RaftClientReply reply =
                division.getRaftServer()
                        .transferLeadershipAsync(request(heir))
                        .get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (!reply.isSuccess()) {
            LOG.info("leadership was not handed over: {}", reply.getException().getMessage());
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

    /**
     * Ratis lets no leader transfer that has not applied its first entry. An election is asked for
     * all the same, by the same message; the heir refuses if it lacks anything.
     */
    private void letStand(RaftPeerId heir) throws IOException {
        LOG.info("much is to be applied here before this leader can answer: {} stands", heir);
        division.getRaftServer()
                .getServerRpc()
                .startLeaderElection(Contacts.election(division, division.getId(), heir));
    }

    /** The order of the indices is that of the followers in what the leader says of itself. */
    private Optional<Heir> heir() {
        long[] matches = division.getInfo().getFollowerMatchIndices();
        if (matches == null) {
            // It does not lead any longer.
            return Optional.empty();
        }
        List<RaftPeerId> followers =
                division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                        .map(f -> RaftPeerId.valueOf(f.getId().getId()))
                        .toList();
        Map<RaftPeerId, RaftPeer> voters =
                division.getRaftConf().getCurrentPeers().stream()
                        .collect(Collectors.toMap(RaftPeer::getId, p -> p));
        List<Heir> heirs = new ArrayList<>();
        for (int i = 0; i < Math.min(matches.length, followers.size()); i++) {
            RaftPeer voter = voters.get(followers.get(i));
            if (voter != null) {
                heirs.add(new Heir(voter.getId(), readiness.of(division, voter), matches[i]));
            }
        }
        return heirs.stream().max(FITNESS);
    }
}
