package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** The members in Ratis' words, and how to reach them. */
record RatisGroup(
        RaftGroup group, RaftProperties properties, Parameters parameters, ServerThreads threads)
        implements AutoCloseable {

    static RatisGroup of(
            RaftStoreConfig config,
            Identity identity,
            Succession succession,
            MembersOnly membersOnly,
            CommitNews news) {
        Parameters parameters = parameters(config.tls());
        PromptGrpc.put(parameters, news);
        ServerThreads threads = new ServerThreads();
        AddresseeCheck addressee = new AddresseeCheck(identity.member());
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters,
                (builder, types) -> {
                    threads.customize(builder, types);
                    succession.customize(builder, types);
                    // The last one looks first: who is no member is not told who is.
                    addressee.customize(builder, types);
                    return config.tls().isPresent()
                            ? membersOnly.customize(builder, types)
                            : builder;
                });
        return new RatisGroup(
                group(config, identity), RatisSettings.of(config), parameters, threads);
    }

    /** Connections for requests of this client. */
    RaftClientRpc newRpc(ClientId client) {
        return new GrpcFactory(parameters).newRaftClientRpc(client, properties);
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

    static Parameters parameters(Optional<RaftStoreConfig.Tls> tls) {
        Parameters parameters = new Parameters();
        tls.ifPresent(files -> {
            GrpcTlsConfig conf =
                    new GrpcTlsConfig(
                            files.key().toFile(),
                            files.chain().toFile(),
                            files.ca().toFile(),
                            true);
            GrpcConfigKeys.Server.setTlsConf(parameters, conf);
            GrpcConfigKeys.Client.setTlsConf(parameters, conf);
            GrpcConfigKeys.Admin.setTlsConf(parameters, conf);
        });
        return parameters;
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
        threads.close();
    }
}
