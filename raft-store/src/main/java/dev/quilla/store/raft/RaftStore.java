package dev.quilla.store.raft;

import dev.quilla.store.Members;
import dev.quilla.store.StoreException;
import dev.quilla.store.log.Bounds;
import dev.quilla.store.log.Housekeeping;
import dev.quilla.store.log.Replica;
import dev.quilla.store.log.ReplicatedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The store that Apache Ratis replicates; this process is one of its members. */
public final class RaftStore extends ReplicatedStore {

    private final RatisLog log;
    private final Path dataDir;

    private RaftStore(
            RatisLog log,
            Replica replica,
            Bounds bounds,
            Path dataDir,
            Consumer<String> onDivergence) {
        super(log, replica, new Housekeeping(bounds), onDivergence);
        this.log = log;
        this.dataDir = dataDir;
    }

    /**
     * Starts this member; it finds the others by itself. One that joins waits here until one of
     * them has told it which log to follow; it then is taken in by {@link Members#add}. The first
     * members of all wait until all of them run. One whose data is damaged, lost, or was found to
     * differ from the others' waits until those have filled it anew.
     *
     * @throws StoreException if the port is taken, or the data directory can't be used, or is
     *     another process'; if its data is damaged and the others are no majority without it; if
     *     this member was removed; if it joins and nobody answers
     */
    public static RaftStore open(RaftStoreConfig config) {
        return open(config, Bounds.usual());
    }

    /**
     * Starts this member likewise, with bounds that hold while it leads.
     *
     * @throws StoreException as above
     */
    public static RaftStore open(RaftStoreConfig config, Bounds bounds) {
        Replica replica = new Replica();
        return new RaftStore(
                RatisLog.open(config, replica),
                replica,
                bounds,
                config.dataDir(),
                why -> {
                    DataDirectory.condemn(config.dataDir(), why);
                    config.onFatal()
                            .accept(
                                    why
                                            + ": it serves nothing more; started again, it is"
                                            + " filled from the others");
                });
    }

    /**
     * What a person should know: why this member had to be filled anew, and where the damaged data
     * is that was put aside. Empty once that is deleted.
     */
    public Optional<String> repaired() {
        try {
            return Aside.note(dataDir);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The members of this store; closed with it. */
    public Members members() {
        return log.members();
    }
}
