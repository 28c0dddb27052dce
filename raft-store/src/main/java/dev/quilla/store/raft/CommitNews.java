package dev.quilla.store.raft;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.util.LifeCycle;

/**
 * Tells followers at once what is committed. Ratis alone tells them with the next entry, with the
 * next heartbeat, or by an entry of its own for each write, which costs another flush everywhere.
 * Thread-safe.
 */
final class CommitNews {

    private final Set<Appender> appenders = ConcurrentHashMap.newKeySet();

    /** Something more is committed. Does not wait; does nothing where this member does not lead. */
    void spread() {
        appenders.forEach(Appender::tellCommit);
    }

    /** What sends the log to one follower, for as long as this member leads. */
    GrpcLogAppender newAppender(RaftServer.Division server, LeaderState state, FollowerInfo info) {
        return new Appender(server, state, info);
    }

    private final class Appender extends GrpcLogAppender {

        /** The newest commit index that was put into a request. */
        private volatile long told = -1;

        private Appender(RaftServer.Division server, LeaderState state, FollowerInfo info) {
            super(server, state, info);
        }

        @Override
        public void start() {
            super.start();
            appenders.add(this);
        }

        @Override
        public CompletableFuture<LifeCycle.State> stopAsync() {
            appenders.remove(this);
            return super.stopAsync();
        }

        @Override
        public AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
                throws RaftLogIOException {
            AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
            if (request != null) {
                told = request.getLeaderCommit();
            }
            return request;
        }

        /** Ratis resets it when it sends; what was asked for since the request was made is lost. */
        @Override
        protected void resetHeartbeatTrigger() {
            super.resetHeartbeatTrigger();
            tellCommit();
        }

        /** Where entries wait to be sent, they tell it. */
        private void tellCommit() {
            boolean sentAll = getFollower().getNextIndex() >= getRaftLog().getNextIndex();
            if (sentAll && getRaftLog().getLastCommittedIndex() > told) {
                triggerHeartbeat();
            }
        }
    }
}
