package dev.quilla.store.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis over gRPC, with followers told of commits by {@link CommitNews}. Public, with a constructor
 * for nobody else, because Ratis makes it from its name.
 */
public final class PromptGrpc implements RpcType {

    private static final String NEWS = CommitNews.class.getName();

    /** For Ratis. */
    public PromptGrpc() {}

    static void put(Parameters parameters, CommitNews news) {
        parameters.put(NEWS, news, CommitNews.class);
    }

    @Override
    public String name() {
        return PromptGrpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        CommitNews news = parameters.getNonNull(NEWS, CommitNews.class);
        return new GrpcFactory(parameters) {
            @Override
            public LogAppender newLogAppender(
                    RaftServer.Division server, LeaderState state, FollowerInfo follower) {
                return news.newAppender(server, state, follower);
            }
        };
    }
}
