package dev.quilla.etcd;

import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.PkiException;
import dev.quilla.store.Store;
import io.etcd.jetcd.api.AuthGrpc;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Serves a store to etcd's clients. Every call runs on a virtual thread of its own. */
public final class EtcdServer implements AutoCloseable {

    /** A value of the largest size, its key, and what else a request has. */
    private static final int MESSAGE_BYTES_MAX = Store.VALUE_BYTES_MAX + (512 << 10);

    private static final int CALLS_PER_CONNECTION_MAX = 10_000;
    private static final long GRACE_SECONDS = 2;

    private final ExecutorService calls;
    private final Server server;

    private EtcdServer(ExecutorService calls, Server server) {
        this.calls = calls;
        this.server = server;
    }

    /**
     * Starts to serve.
     *
     * @param store stays open when this is closed
     * @param bytesOnDisk how much the store takes there
     * @param clock says when a backup is made
     * @param problems what a person should know of this member, for its status
     * @throws IOException if the address is taken, or the certificate's files can't be used
     */
    public static EtcdServer start(
            EtcdServerConfig config,
            Store store,
            Membership membership,
            LongSupplier bytesOnDisk,
            InstantSource clock,
            Supplier<List<String>> problems)
            throws IOException {
        ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
        Headers headers = new Headers(store, membership);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(config.address())
                        .executor(calls)
                        .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                        .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .addService(new KvService(store, headers))
                        .addService(new WatchService(store, headers, config.progressEvery()))
                        .addService(new LeaseList(store, headers, new LeaseService(store, headers)))
                        .addService(new ClusterService(store, membership, headers))
                        .addService(
                                new MaintenanceService(
                                        store, membership, headers, bytesOnDisk, clock, problems))
                        .addService(new AuthGrpc.AuthImplBase() {})
                        .intercept(new NotOffered());
        if (config.tls().isPresent()) {
            builder.sslContext(context(config.tls().get()));
        }
        return new EtcdServer(calls, builder.build().start());
    }

    private static SslContext context(EtcdServerConfig.Tls tls) throws IOException {
        try {
            return GrpcSslContexts.configure(
                            SslContextBuilder.forServer(
                                    CertifiedKey.load(tls.chain(), tls.key()).keyManager()))
                    .trustManager(Certificates.load(tls.clientCa()))
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
        } catch (PkiException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Stops taking calls, gives those under way a moment, and ends the rest. */
    @Override
    public void close() {
        server.shutdown();
        try {
            server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.shutdownNow();
        calls.shutdownNow();
    }
}
