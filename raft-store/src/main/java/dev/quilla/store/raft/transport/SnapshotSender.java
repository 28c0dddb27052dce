package dev.quilla.store.raft.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills a follower that lacks more than the log still has; a part at a time. Blocks. */
final class SnapshotSender {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

    /** The last part is answered when all of it is loaded. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LogAppender appender;
    private final Peers peers;

    SnapshotSender(LogAppender appender, Peers peers) {
        this.appender = appender;
        this.peers = peers;
    }

    /**
     * Sends a snapshot, unless the follower has as much already.
     *
     * @param address of the follower
     * @throws IOException if it does not get there
     */
    void send(SnapshotInfo snapshot, String address) throws IOException {
        LOG.info("{} sends snapshot {}", appender, snapshot.getTermIndex());
        String id = UUID.randomUUID().toString();
        for (InstallSnapshotRequestProto part : appender.newInstallSnapshotRequests(id, snapshot)) {
            if (!appender.isRunning()) {
                return;
            }
            switch (send(part, address).getResult()) {
                case SUCCESS -> {}
                case ALREADY_INSTALLED -> {
                    installed(snapshot);
                    return;
                }
                case NOT_LEADER -> throw new IOException("it follows another leader");
                default -> throw new IOException("it does not take it");
            }
        }
        installed(snapshot);
    }

    private InstallSnapshotReplyProto send(InstallSnapshotRequestProto part, String address)
            throws IOException {
        appender.getFollower().updateLastRpcSendTime(false);
        InstallSnapshotReplyProto reply =
                peers.ask(
                                address,
                                PATIENCE,
                                RaftNettyServerRequestProto.newBuilder()
                                        .setInstallSnapshotRequest(part)
                                        .build())
                        .getInstallSnapshotReply();
        appender.getFollower().updateLastRpcResponseTime();
        if (reply.getTerm() > 0) {
            appender.onFollowerTerm(reply.getTerm());
        }
        return reply;
    }

    private void installed(SnapshotInfo snapshot) {
        appender.getFollower().setAttemptedToInstallSnapshot();
        appender.getFollower().setSnapshotIndex(snapshot.getTermIndex().getIndex());
        LOG.info("{} has sent snapshot {}", appender, snapshot.getTermIndex());
    }
}
