package dev.quilla.server.local;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.KeyFile;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.server.config.EncryptionPlan;
import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.store.StoreConfig;
import dev.quilla.store.Entry;
import dev.quilla.store.backup.Origin;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.raft.RaftRestore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes the directories of members that begin with a backup's state. */
final class LocalRestore {

    private final MvccState state;

    LocalRestore(MvccState state) {
        this.state = state;
    }

    /** A whole store; what it consists of is written last, so that half of one never starts. */
    void store(ClusterDirectory directory, StoreSpec spec) throws IOException {
        refuseWhatIsThere(directory);
        members(spec.clusterId(), directory, spec.names());
        spec.write(directory.storeSpec());
    }

    /** A whole cluster, likewise. */
    void cluster(ClusterDirectory directory, ClusterSpec spec) throws IOException {
        refuseWhatIsThere(directory);
        members(spec.clusterId(), directory, spec.masterNames());
        spec.write(directory.spec());
    }

    /** What to do first where the state is encrypted with keys that the directory does not have. */
    String needsKeys(ClusterDirectory directory) throws IOException {
        Set<String> ids = new TreeSet<>();
        for (Entry entry : state.range(Keys.allObjects(), 0)) {
            Encryption.keyOf(entry.value()).ifPresent(ids::add);
        }
        KeyFile file = new KeyFile(directory.pki().resolve(EncryptionPlan.KEY_FILE));
        if (Files.exists(file.path())) {
            file.read().forEach(k -> ids.remove(k.id()));
        }
        return ids.isEmpty()
                ? ""
                : "put the key file that holds %s at %s, which some objects are encrypted with; then "
                        .formatted(String.join(" and ", ids), file.path());
    }

    private void members(String clusterId, ClusterDirectory directory, List<String> names)
            throws IOException {
        for (String name : names) {
            make(clusterId, directory.data(name).resolve("raft"));
        }
    }

    /** One member, as its configuration says; the same is to be done on all others. */
    Path member(String kind, Path config) throws IOException {
        if (kind.equals(Origin.CLUSTER)) {
            MasterConfig master = MasterConfig.read(config);
            make(master.clusterId(), master.dataDir());
            return master.dataDir();
        }
        StoreConfig store = StoreConfig.read(config);
        make(store.clusterId(), store.dataDir());
        return store.dataDir();
    }

    private void make(String clusterId, Path dataDir) throws IOException {
        if (!RaftRestore.isEmpty(dataDir)) {
            throw new LocalClusterException(
                    dataDir + " has data in it, which a restore never touches: move it away");
        }
        RaftRestore.make(clusterId, dataDir, state);
    }

    /** Keys and certificates may be there, so that those who know them need no others. */
    private static void refuseWhatIsThere(ClusterDirectory directory) throws IOException {
        if (!Files.exists(directory.root())) {
            return;
        }
        try (Stream<Path> files = Files.list(directory.root())) {
            boolean used = files.anyMatch(f -> !f.equals(directory.pki()));
            if (used) {
                throw new LocalClusterException(
                        directory.root()
                                + " has data in it, which a restore never touches: name a new"
                                + " directory with --dir, or one with nothing in it but pki/");
            }
        }
    }
}
