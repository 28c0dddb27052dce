package dev.quilla.etcd;

import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.PkiException;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
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
            builder.sslContext(context(tls.get()));
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }

    private static SslContext context(ClientTls files) throws IOException {
        try {
            return GrpcSslContexts.forClient()
                    .keyManager(CertifiedKey.load(files.chain(), files.key()).keyManager())
                    .trustManager(Certificates.load(files.ca()))
                    .build();
        } catch (PkiException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
