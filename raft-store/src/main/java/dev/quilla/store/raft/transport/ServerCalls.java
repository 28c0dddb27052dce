package dev.quilla.store.raft.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServerRpc;

/** Calls of the server itself, as for votes; entries and snapshots are sent by appenders. */
final class ServerCalls implements RaftServerRpc {

    /** An election is over in less. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final RpcType type;
    private final Listening listening;
    private final Peers peers;
    private final Map<RaftPeerId, String> addresses = new ConcurrentHashMap<>();

    ServerCalls(RpcType type, Listening listening, Peers peers) {
        this.type = type;
        this.listening = listening;
        this.peers = peers;
    }

    @Override
    public RpcType getRpcType() {
        return type;
    }

    @Override
    public void start() throws IOException {
        listening.start();
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        return listening.address();
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> more) {
        more.forEach(peer -> addresses.put(peer.getId(), peer.getAddress()));
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        return ask(
                        request.getServerRequest(),
                        RaftNettyServerRequestProto.newBuilder()
                                .setRequestVoteRequest(request)
                                .build())
                .getRequestVoteReply();
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(
            StartLeaderElectionRequestProto request) throws IOException {
        return ask(
                        request.getServerRequest(),
                        RaftNettyServerRequestProto.newBuilder()
                                .setStartLeaderElectionRequest(request)
                                .build())
                .getStartLeaderElectionReply();
    }

    private RaftNettyServerReplyProto ask(
            RaftRpcRequestProto header, RaftNettyServerRequestProto request) throws IOException {
        RaftPeerId to = RaftPeerId.valueOf(header.getReplyId());
        String address = addresses.get(to);
        if (address == null) {
            throw new IOException("there is no member " + to);
        }
        return peers.ask(address, PATIENCE, request);
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) {
        throw new UnsupportedOperationException("entries are sent by appenders");
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) {
        throw new UnsupportedOperationException("snapshots are sent by appenders");
    }

    /** A connection that has ended is made anew by the next call. */
    @Override
    public void handleException(RaftPeerId member, Exception failure, boolean reconnect) {}

    @Override
    public void close() {
        listening.close();
    }
}
