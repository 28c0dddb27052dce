package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import dev.quilla.store.raft.transport.CommitNews;
import dev.quilla.store.raft.transport.PeerTls;
import dev.quilla.store.raft.transport.Peers;
import dev.quilla.store.raft.transport.RaftTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** The members in Ratis' words, and how to reach them. */
record RatisGroup(
        RaftGroup group,
        RaftProperties properties,
        Parameters parameters,
        Peers peers,
        Readiness readiness,
        Succession succession)
        implements AutoCloseable {

    static RatisGroup of(RaftStoreConfig config, Identity identity, CommitNews news) {
        Optional<PeerTls> tls = config.tls().map(RaftStoreConfig.Tls::ofPeers);
        Peers peers = new Peers(tls);
        Readiness readiness = new Readiness(peers);
        Succession succession = new Succession(readiness);
        Parameters parameters = new Parameters();
        RaftTransport.put(
                parameters,
                new RaftTransport.Setup(
                        identity.member(),
                        new InetSocketAddress(config.self().host(), config.self().port()),
                        tls,
                        peers,
                        news,
                        succession::connectionEnded));
        return new RatisGroup(
                group(config, identity),
                RatisSettings.of(config),
                parameters,
                peers,
                readiness,
                succession);
    }

    /**
     * Whom the log begins with; what it says itself counts for more. A member that joined begins as
     * a lone learner, so that it elects nobody and says who it is.
     */
    private static RaftGroup group(RaftStoreConfig config, Identity identity) {
        List<RaftPeer> peers =
                identity.cameLater()
                        ? List.of(peer(identity.member(), config.self(), RaftPeerRole.LISTENER))
                        : config.members().stream()
                                .map(m ->
                                        peer(RaftPeerId.valueOf(m.id()), m, RaftPeerRole.FOLLOWER))
                                .toList();
        return RaftGroup.valueOf(identity.group(), peers);
    }

    private static RaftPeer peer(RaftPeerId id, RaftStoreConfig.Member member, RaftPeerRole role) {
        return RaftPeer.newBuilder()
                .setId(id)
                .setAddress(member.address())
                .setClientAddress(member.clientAddress())
                .setStartupRole(role)
                .build();
    }

    /** Ratis ends the process when its port is taken, so that is found out before. */
    static void checkPort(RaftStoreConfig.Member self) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(self.host(), self.port()));
        } catch (IOException e) {
            throw new StoreException(
                    "can't listen on "
                            + self.host()
                            + ":"
                            + self.port()
                            + " for the other members: "
                            + e.getMessage()
                            + "; stop what uses the port, or configure another",
                    e);
        }
    }

    /** Once its server is closed. */
    @Override
    public void close() {
        peers.close();
    }
}
