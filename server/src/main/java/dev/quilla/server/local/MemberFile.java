package dev.quilla.server.local;

import dev.quilla.server.config.ConfigSection;
import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.store.StoreConfig;
import dev.quilla.store.Members;
import dev.quilla.store.raft.RaftMembers;
import dev.quilla.store.raft.RaftStoreConfig;
import java.nio.file.Path;

/** A member of any machine, by the configuration that it runs with: a master's or a store's. */
final class MemberFile {

    private MemberFile() {}

    /**
     * Reads it.
     *
     * @throws dev.quilla.server.config.ConfigException with everything that is wrong in it
     */
    static RaftStoreConfig read(Path file) {
        return ConfigSection.read(file).has("api")
                ? MasterConfig.read(file).raft(why -> {})
                : StoreConfig.read(file).raft(why -> {});
    }

    /** The members that it names. */
    static Members connect(RaftStoreConfig config) {
        return RaftMembers.connect(config.clusterId(), config.members(), config.tls());
    }
}
