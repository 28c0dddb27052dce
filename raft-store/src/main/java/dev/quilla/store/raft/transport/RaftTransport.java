package dev.quilla.store.raft.transport;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * What Ratis talks to other members by, instead of gRPC: it wakes a fraction of the threads for
 * each write. Made from its name by Ratis, with what {@link #put} has put there.
 */
public final class RaftTransport implements RpcType {

    private static final String SETUP = Setup.class.getName();

    /**
     * A member's own part.
     *
     * @param self who is meant by requests that it answers
     * @param address where it listens
     * @param tls mutual TLS; only tests go without
     * @param peers the way to others; closed by the caller, after the server
     * @param news told of commits
     * @param onDisconnect told each time when a connection of another has ended; must not wait
     */
    public record Setup(
            RaftPeerId self,
            InetSocketAddress address,
            Optional<PeerTls> tls,
            Peers peers,
            CommitNews news,
            Runnable onDisconnect) {}

    /** For Ratis. */
    public RaftTransport() {}

    /** Where the transport that Ratis makes finds what it needs. */
    public static void put(Parameters parameters, Setup setup) {
        parameters.put(SETUP, setup, Setup.class);
    }

    @Override
    public String name() {
        return RaftTransport.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(parameters.getNonNull(SETUP, Setup.class));
    }

    private final class Factory implements ServerFactory {

        private final Setup setup;

        Factory(Setup setup) {
            this.setup = setup;
        }

        @Override
        public RpcType getRpcType() {
            return RaftTransport.this;
        }

        @Override
        public LogAppender newLogAppender(
                RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            return new Appender(server, state, follower, setup.peers(), setup.news());
        }

        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            Answers answers = new Answers(server, setup.self());
            Listening listening =
                    new Listening(
                            setup.address(), setup.tls(), answers::answer, setup.onDisconnect());
            return new ServerCalls(getRpcType(), listening, setup.peers());
        }
    }
}
