package dev.quilla.server.store;

import dev.quilla.etcd.ClientTls;
import dev.quilla.server.config.BackupPlan;
import dev.quilla.server.config.ConfigException;
import dev.quilla.server.config.ConfigSection;
import dev.quilla.store.raft.RaftStoreConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One member of a store that is run alone.
 *
 * @param name its name, also its identity in the Raft group
 * @param clusterId members of different clusters refuse each other
 * @param dataDir where its log and snapshots live
 * @param pkiDir {@code NAME.crt}, {@code NAME.key} and {@code ca.crt}; empty to serve without TLS,
 *     on 127.0.0.1 only
 * @param listenAddress where it serves etcd's clients
 * @param members all members at the beginning, itself included; later the store's log knows better.
 *     Of one that joins: itself, and members that it can ask
 * @param join whether it waits to be taken in by a store that runs
 * @param stateBytesMax what all entries together may take in memory; by default half of the heap
 * @param backup when backups are made by themselves; empty for never
 */
public record StoreConfig(
        String name,
        String clusterId,
        Path dataDir,
        Optional<Path> pkiDir,
        String listenAddress,
        List<Member> members,
        boolean join,
        OptionalLong stateBytesMax,
        Optional<BackupPlan> backup) {

    /**
     * One member.
     *
     * @param host where members and clients reach it
     * @param peerPort the port for the other members
     * @param clientPort the port for etcd's clients
     */
    public record Member(String name, String host, int peerPort, int clientPort) {}

    public StoreConfig {
        members = List.copyOf(members);
    }

    /** This member, as the store's own configuration has it. */
    public RaftStoreConfig raft(Consumer<String> onFatal) {
        RaftStoreConfig seed =
                RaftStoreConfig.usual(
                        clusterId,
                        name,
                        members.stream()
                                .map(m ->
                                        new RaftStoreConfig.Member(
                                                m.name(),
                                                m.host(),
                                                m.peerPort(),
                                                m.host() + ":" + m.clientPort()))
                                .toList(),
                        dataDir,
                        pkiDir.map(pki -> RaftStoreConfig.Tls.in(pki, name)),
                        onFatal);
        return join ? seed.joining() : seed;
    }

    /** How this member calls others as a client; empty without TLS. */
    public Optional<ClientTls> clientTls() {
        return pkiDir.map(pki ->
                new ClientTls(
                        pki.resolve(name + ".key"),
                        pki.resolve(name + ".crt"),
                        pki.resolve("ca.crt")));
    }

    /** This member. */
    Member self() {
        return members.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    public static StoreConfig read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        boolean plaintext = root.flag("plaintext", false);
        StoreConfig config =
                new StoreConfig(
                        root.string("name"),
                        root.string("clusterId"),
                        root.path("dataDir"),
                        plaintext ? Optional.empty() : Optional.of(root.path("pkiDir")),
                        root.string("listenAddress", "127.0.0.1"),
                        root.sections(
                                "members",
                                m ->
                                        new Member(
                                                m.string("name"),
                                                m.string("host"),
                                                m.port("peerPort"),
                                                m.port("clientPort"))),
                        root.flag("join", false),
                        root.bytes("stateBytesMax"),
                        BackupPlan.of(root));
        if (config.members().stream().noneMatch(m -> m.name().equals(config.name()))) {
            root.error("members", "must name this member, " + config.name());
        }
        boolean isLocal = config.members().stream().allMatch(m -> m.host().equals("127.0.0.1"));
        if (plaintext && !(isLocal && config.listenAddress().equals("127.0.0.1"))) {
            root.error("plaintext", "is for members that all are on 127.0.0.1: name a pkiDir");
        }
        root.finish();
        return config;
    }
}
