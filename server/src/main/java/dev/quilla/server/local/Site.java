package dev.quilla.server.local;

import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A store or a cluster of this machine, as far as the members of its log go. */
sealed interface Site {

    /** Names its log. */
    String clusterId();

    /** Who the members are, as its directory says. */
    Roll roll();

    /** Where a member is reached by the others, and by clients. */
    RaftStoreConfig.Member peer(String name);

    /** With which one may talk to members. */
    Optional<RaftStoreConfig.Tls> tls();

    /** Writes down that the members are others. */
    Site with(Roll others) throws IOException;

    /** Makes a member's certificate and configuration, and starts it. */
    void start(String name, Processes processes) throws IOException, InterruptedException;

    /** Members let only members in, so that whoever changes them speaks as one. */
    private static RaftStoreConfig.Tls tls(ClusterDirectory directory, Roll roll) {
        return RaftStoreConfig.Tls.in(directory.pki(), roll.names().getFirst());
    }

    /** All members that its directory knows. */
    default List<RaftStoreConfig.Member> contacts() {
        return roll().names().stream().map(this::peer).toList();
    }

    /**
     * What lives in a directory.
     *
     * @throws LocalClusterException if nothing does
     */
    static Site in(ClusterDirectory directory) {
        if (Files.exists(directory.storeSpec())) {
            return new OfStore(directory, StoreSpec.read(directory.storeSpec()));
        }
        if (Files.exists(directory.spec())) {
            return new OfCluster(directory, ClusterSpec.read(directory.spec()));
        }
        throw new LocalClusterException(
                "no store and no cluster in "
                        + directory.root()
                        + ": name its directory with --dir, or a member's file with --config");
    }

    /** A store. */
    record OfStore(ClusterDirectory directory, StoreSpec spec) implements Site {

        @Override
        public String clusterId() {
            return spec.clusterId();
        }

        @Override
        public Roll roll() {
            return spec.members();
        }

        @Override
        public RaftStoreConfig.Member peer(String name) {
            return new RaftStoreConfig.Member(
                    name, "127.0.0.1", spec.peerPort(name), "127.0.0.1:" + spec.clientPort(name));
        }

        @Override
        public Optional<RaftStoreConfig.Tls> tls() {
            return spec.plaintext() ? Optional.empty() : Optional.of(Site.tls(directory, roll()));
        }

        @Override
        public Site with(Roll others) throws IOException {
            StoreSpec next = spec.with(others);
            next.write(directory.storeSpec());
            return new OfStore(directory, next);
        }

        @Override
        public void start(String name, Processes processes)
                throws IOException, InterruptedException {
            HostAddress.checkFree(spec.clientPort(name));
            StoreFiles files = new StoreFiles(directory);
            if (!spec.plaintext()) {
                files.createPki(spec);
            }
            files.writeConfig(spec, name);
            processes.start(name, "store", LocalStore.heapMegabytes());
        }
    }

    /** A cluster; the members are its masters. */
    record OfCluster(ClusterDirectory directory, ClusterSpec spec) implements Site {

        @Override
        public String clusterId() {
            return spec.clusterId();
        }

        @Override
        public Roll roll() {
            return spec.masters();
        }

        @Override
        public RaftStoreConfig.Member peer(String name) {
            return new RaftStoreConfig.Member(
                    name, "127.0.0.1", spec.raftPort(name), "127.0.0.1:" + spec.apiPort(name));
        }

        @Override
        public Optional<RaftStoreConfig.Tls> tls() {
            return Optional.of(Site.tls(directory, roll()));
        }

        @Override
        public Site with(Roll others) throws IOException {
            ClusterSpec next = spec.with(others);
            next.write(directory.spec());
            return new OfCluster(directory, next);
        }

        @Override
        public void start(String name, Processes processes)
                throws IOException, InterruptedException {
            HostAddress.checkFree(spec.apiPort(name));
            new ClusterPki(directory, spec, InstantSource.system()).createWhatIsMissing();
            new ConfigFiles(directory, spec).writeMaster(name);
            processes.start(name, "master", LocalCluster.MASTER_HEAP_MEGABYTES);
        }
    }

    /** Where the log of a member is. */
    static Path log(ClusterDirectory directory, String name) {
        return directory.data(name).resolve("raft");
    }
}
