package dev.quilla.server.config;

import java.nio.file.Path;
import java.util.List;

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
 * @param members all members of the Raft group, itself included
 * @param network how pods are connected
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
        NetworkMode network) {

    /** One member of the Raft group; {@code apiUrl} is where its API answers. */
    public record Member(String name, String host, int port, String apiUrl) {}

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
                        root.choice("network", NetworkMode.class));
        if (config.members().stream().noneMatch(m -> m.name().equals(config.name()))) {
            root.error("members", "must name this master, " + config.name());
        }
        if (config.listenAddresses().isEmpty()) {
            api.error("listenAddresses", "must name at least one address");
        }
        root.finish();
        return config;
    }
}
