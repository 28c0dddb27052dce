package dev.quilla.server.config;

import dev.quilla.apiserver.admission.PodSecuritySettings;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.store.raft.RaftStoreConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One master.
 *
 * @param name its name, also its identity in the Raft group
 * @param clusterId tells this cluster from others on the same machines
 * @param dataDir where its log and snapshots live
 * @param pkiDir certificates and keys, as {@code up} or the Ansible roles lay them out
 * @param advertiseAddress the address under which workers and pods reach it
 * @param listenAddresses where the API is served
 * @param apiPort its own API port
 * @param sharedPort a port on 127.0.0.1 that all masters of this machine share; 0 for none
 * @param members all masters at the beginning, itself included; later the store's log knows better.
 *     Of one that joins: itself, and masters that it can ask
 * @param join whether it waits to be taken in by masters that run
 * @param network how pods are connected
 * @param stateBytesMax what all objects together may take in memory; by default a quarter of the
 *     heap
 * @param backup when backups are made by themselves; empty for never
 * @param authentication who may say who somebody is, beside the cluster itself
 * @param seats how many requests of clients it works on at once, as fairness counts them
 * @param authorization who says what may be done
 * @param podSecurity what is asked of pods where the labels of their namespace say nothing
 * @param audit what is recorded of requests; empty for nothing
 * @param encryption what is encrypted in the store, and with which keys
 */
public record MasterConfig(
        String name,
        String clusterId,
        Path dataDir,
        Path pkiDir,
        String advertiseAddress,
        List<String> listenAddresses,
        int apiPort,
        int sharedPort,
        List<Member> members,
        boolean join,
        NetworkMode network,
        OptionalLong stateBytesMax,
        int seats,
        Optional<BackupPlan> backup,
        EncryptionPlan encryption,
        Optional<AuditPlan> audit,
        AuthenticationPlan authentication,
        AuthorizationPlan authorization,
        PodSecuritySettings podSecurity) {

    private static final int SEATS_MAX = 100_000;

    /** One member of the Raft group; {@code apiUrl} is where its API answers. */
    public record Member(String name, String host, int port, String apiUrl) {}

    /** This master, as the store's own configuration has it. */
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
                                                m.port(),
                                                URI.create(m.apiUrl()).getAuthority()))
                                .toList(),
                        dataDir,
                        Optional.of(RaftStoreConfig.Tls.in(pkiDir, name)),
                        onFatal);
        return join ? seed.joining() : seed;
    }

    public MasterConfig {
        listenAddresses = List.copyOf(listenAddresses);
        members = List.copyOf(members);
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException with everything that is wrong in it
     */
    public static MasterConfig read(Path file) {
        ConfigSection root = ConfigSection.read(file);
        ConfigSection api = root.section("api");
        MasterConfig config =
                new MasterConfig(
                        root.string("name"),
                        root.string("clusterId"),
                        root.path("dataDir"),
                        root.path("pkiDir"),
                        api.string("advertiseAddress"),
                        api.strings("listenAddresses"),
                        api.port("port"),
                        api.port("sharedPort", 0),
                        root.sections(
                                "members",
                                m ->
                                        new Member(
                                                m.string("name"),
                                                m.string("host"),
                                                m.port("port"),
                                                m.string("apiUrl"))),
                        root.flag("join", false),
                        root.choice("network", NetworkMode.class),
                        root.bytes("stateBytesMax"),
                        seats(root),
                        BackupPlan.of(root),
                        EncryptionPlan.of(root, root.path("pkiDir")),
                        AuditPlan.of(root),
                        AuthenticationPlan.of(root),
                        AuthorizationPlan.of(root),
                        AdmissionFile.of(root));
        if (config.members().stream().noneMatch(m -> m.name().equals(config.name()))) {
            root.error("members", "must name this master, " + config.name());
        }
        if (config.listenAddresses().isEmpty()) {
            api.error("listenAddresses", "must name at least one address");
        }
        root.finish();
        return config;
    }

    private static int seats(ConfigSection root) {
        Optional<ConfigSection> fairness = root.sectionIfPresent("fairness");
        int seats = fairness.map(f -> f.count("seats", SEATS_MAX)).orElse(FlowControl.SEATS_USUAL);
        if (seats == 0) {
            fairness.ifPresent(
                    f -> f.error("seats", "must be 1 or more: without one nothing is answered"));
        }
        return Math.max(1, seats);
    }
}
