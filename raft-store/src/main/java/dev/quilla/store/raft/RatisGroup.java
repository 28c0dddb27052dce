package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/** The members in Ratis' words, and how to reach them. */
record RatisGroup(RaftGroup group, RaftProperties properties, Parameters parameters) {

    static RatisGroup of(RaftStoreConfig config, GrpcServices.Customizer customizer) {
        Parameters parameters = parameters(config);
        GrpcConfigKeys.Server.setServicesCustomizer(parameters, customizer);
        return new RatisGroup(group(config), RatisSettings.of(config), parameters);
    }

    /** Connections for requests of this client. */
    RaftClientRpc newRpc(ClientId client) {
        return new GrpcFactory(parameters).newRaftClientRpc(client, properties);
    }

    private static RaftGroup group(RaftStoreConfig config) {
        UUID id = UUID.nameUUIDFromBytes(config.clusterId().getBytes(StandardCharsets.UTF_8));
        return RaftGroup.valueOf(
                RaftGroupId.valueOf(id),
                config.members().stream()
                        .map(m ->
                                RaftPeer.newBuilder()
                                        .setId(m.id())
                                        .setAddress(m.host() + ":" + m.port())
                                        .build())
                        .toList());
    }

    private static Parameters parameters(RaftStoreConfig config) {
        Parameters parameters = new Parameters();
        config.tls()
                .ifPresent(tls -> {
                    GrpcTlsConfig conf =
                            new GrpcTlsConfig(
                                    tls.key().toFile(),
                                    tls.chain().toFile(),
                                    tls.ca().toFile(),
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
}
