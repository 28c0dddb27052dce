package dev.quilla.benchmarks.etcd;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A connection to every member, over mutual TLS. */
public final class Endpoints implements AutoCloseable {

    private final List<ManagedChannel> channels = new ArrayList<>();

    /**
     * Connects.
     *
     * @param ports of the members, on this machine
     * @param pki {@code ca.crt}, {@code client.crt} and {@code client.key}
     */
    Endpoints(List<Integer> ports, Path pki) throws IOException {
        SslContext tls =
                GrpcSslContexts.forClient()
                        .keyManager(
                                pki.resolve("client.crt").toFile(),
                                pki.resolve("client.key").toFile())
                        .trustManager(pki.resolve("ca.crt").toFile())
                        .build();
        for (int port : ports) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port).sslContext(tls).build());
        }
    }

    /** The connection of a client: clients are spread over the members. */
    ManagedChannel of(int client) {
        return channels.get(client % channels.size());
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
