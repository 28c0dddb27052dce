package dev.quilla.server.store;

import dev.quilla.etcd.EtcdServer;
import dev.quilla.etcd.EtcdServerConfig;
import dev.quilla.etcd.Membership;
import dev.quilla.store.Store;
import dev.quilla.store.raft.RaftStore;
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
        RaftStore store = RaftStore.open(config.raft(onFatal));
        try {
            EtcdServer server =
                    EtcdServer.start(
                            serverConfig(config),
                            store,
                            new Membership(
                                    config.clusterId(),
                                    config.pkiDir().isPresent() ? "https" : "http",
                                    store.members()),
                            () -> bytesUnder(config.dataDir()));
            return new StoreProcess(store, server);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
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
