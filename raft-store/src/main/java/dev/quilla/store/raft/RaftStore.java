package dev.quilla.store.raft;

import dev.quilla.store.Members;
import dev.quilla.store.StoreException;
import dev.quilla.store.log.Bounds;
import dev.quilla.store.log.Housekeeping;
import dev.quilla.store.log.Replica;
import dev.quilla.store.log.ReplicatedStore;
import java.util.function.Consumer;

/** The store that Apache Ratis replicates; this process is one of its members. */
public final class RaftStore extends ReplicatedStore {

    private final RatisLog log;

    private RaftStore(RatisLog log, Replica replica, Bounds bounds, Consumer<String> onDivergence) {
        super(log, replica, new Housekeeping(bounds), onDivergence);
        this.log = log;
    }

    /**
     * Starts this member; it finds the others by itself. One that joins waits here until one of
     * them has told it which log to follow; it then is taken in by {@link Members#add}.
     *
     * @throws StoreException if the port is taken, or the data directory can't be used, is another
     *     process', is damaged, or was found to differ from the others'; if this member was
     *     removed; if it joins and nobody answers
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
                why -> {
                    DataDirectory.condemn(config.dataDir(), why);
                    config.onFatal().accept(why);
                });
    }

    /** The members of this store; closed with it. */
    public Members members() {
        return log.members();
    }
}
