package dev.quilla.server.store;

import dev.quilla.etcd.EtcdServer;
import dev.quilla.etcd.EtcdServerConfig;
import dev.quilla.etcd.Membership;
import dev.quilla.store.Store;
import dev.quilla.store.raft.RaftStore;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The composition root of a store's member. */
public final class StoreProcess implements AutoCloseable {

    private final Store store;
    private final EtcdServer server;

    private StoreProcess(Store store, EtcdServer server) {
        this.store = store;
        this.server = server;
    }

    /**
     * Starts it.
     *
     * @param onFatal told why the member can't go on; ends the process
     * @throws IOException if its port is taken, or its certificate's files can't be used
     */
    public static StoreProcess start(StoreConfig config, Consumer<String> onFatal)
            throws IOException {
        Store store = RaftStore.open(storeConfig(config, onFatal));
        try {
            EtcdServer server =
                    EtcdServer.start(
                            serverConfig(config),
                            store,
                            membership(config),
                            () -> bytesUnder(config.dataDir()));
            return new StoreProcess(store, server);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static RaftStoreConfig storeConfig(StoreConfig config, Consumer<String> onFatal) {
        return RaftStoreConfig.usual(
                config.clusterId(),
                config.name(),
                config.members().stream()
                        .map(m -> new RaftStoreConfig.Member(m.name(), m.host(), m.peerPort()))
                        .toList(),
                config.dataDir(),
                config.pkiDir().map(pki -> RaftStoreConfig.Tls.in(pki, config.name())),
                onFatal);
    }

    private static EtcdServerConfig serverConfig(StoreConfig config) {
        Optional<EtcdServerConfig.Tls> tls =
                config.pkiDir()
                        .map(pki ->
                                new EtcdServerConfig.Tls(
                                        pki.resolve(config.name() + ".key"),
                                        pki.resolve(config.name() + ".crt"),
                                        pki.resolve("ca.crt")));
        return new EtcdServerConfig(
                new InetSocketAddress(config.listenAddress(), config.self().clientPort()),
                tls,
                EtcdServerConfig.PROGRESS_EVERY);
    }

    private static Membership membership(StoreConfig config) {
        String scheme = config.pkiDir().isPresent() ? "https://" : "http://";
        return new Membership(
                config.clusterId(),
                config.members().stream()
                        .map(m ->
                                new Membership.Member(
                                        m.name(),
                                        scheme + m.host() + ":" + m.peerPort(),
                                        scheme + m.host() + ":" + m.clientPort()))
                        .toList());
    }

    private static long bytesUnder(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile).mapToLong(f -> f.isFile() ? f.length() : 0).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        store.close();
    }
}
