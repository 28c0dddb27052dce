package dev.quilla.etcd;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.Optional;

/** Connections to a member, as its clients have them. */
final class EtcdChannels {

    private EtcdChannels() {}

    /**
     * Makes a channel; it connects when it is used.
     *
     * @throws IOException if the files can't be used
     */
    static ManagedChannel open(String host, int port, Optional<ClientTls> tls) throws IOException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(host, port);
        if (tls.isPresent()) {
            ClientTls files = tls.get();
            builder.sslContext(
                    GrpcSslContexts.forClient()
                            .keyManager(files.chain().toFile(), files.key().toFile())
                            .trustManager(files.ca().toFile())
                            .build());
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }
}
