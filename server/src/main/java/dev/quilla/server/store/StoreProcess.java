package dev.quilla.server.store;

import dev.quilla.etcd.EtcdServer;
import dev.quilla.etcd.EtcdServerConfig;
import dev.quilla.etcd.Membership;
import dev.quilla.server.backup.ScheduledBackups;
import dev.quilla.store.Store;
import dev.quilla.store.backup.Origin;
import dev.quilla.store.log.Bounds;
import dev.quilla.store.raft.RaftStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The composition root of a store's member. */
public final class StoreProcess implements AutoCloseable {

    private final Store store;
    private final EtcdServer server;
    private final Optional<ScheduledBackups> backups;

    private StoreProcess(Store store, EtcdServer server, Optional<ScheduledBackups> backups) {
        this.backups = backups;
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
        InstantSource clock = InstantSource.system();
        RaftStore store = RaftStore.open(config.raft(onFatal), bounds(config));
        Optional<ScheduledBackups> backups =
                config.backup()
                        .map(plan ->
                                ScheduledBackups.start(
                                        store, () -> origin(config, clock), plan, clock));
        try {
            EtcdServer server =
                    EtcdServer.start(
                            serverConfig(config),
                            store,
                            new Membership(
                                    config.clusterId(),
                                    config.pkiDir().isPresent() ? "https" : "http",
                                    store.members()),
                            () -> DiskUse.bytesUnder(config.dataDir()),
                            clock,
                            () -> problems(store, backups));
            return new StoreProcess(store, server, backups);
        } catch (IOException | RuntimeException e) {
            backups.ifPresent(ScheduledBackups::close);
            store.close();
            throw e;
        }
    }

    private static Bounds bounds(StoreConfig config) {
        long half = Runtime.getRuntime().maxMemory() / 2;
        return Bounds.usual().withStateBytes(config.stateBytesMax().orElse(half));
    }

    private static Origin origin(StoreConfig config, InstantSource clock) {
        return new Origin(Origin.STORE, config.clusterId(), config.name(), clock.instant());
    }

    private static List<String> problems(RaftStore store, Optional<ScheduledBackups> backups) {
        return Stream.concat(
                        store.repaired().stream(),
                        backups.map(b -> b.status().failure()).filter(f -> !f.isEmpty()).stream())
                .toList();
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

    @Override
    public void close() {
        server.close();
        backups.ifPresent(ScheduledBackups::close);
        store.close();
    }
}
