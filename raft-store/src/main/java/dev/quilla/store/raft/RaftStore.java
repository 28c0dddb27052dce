package dev.quilla.store.raft;

import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.log.Housekeeping;
import dev.quilla.store.log.Replica;
import dev.quilla.store.log.ReplicatedStore;

/** Opens the store that Apache Ratis replicates; this process is one of its members. */
public final class RaftStore {

    private RaftStore() {}

    /**
     * Starts this member; it finds the others by itself.
     *
     * @throws StoreException if the port is taken, or the data directory can't be used, is another
     *     process', or is damaged
     */
    public static Store open(RaftStoreConfig config) {
        Replica replica = new Replica();
        return new ReplicatedStore(
                RatisLog.open(config, replica),
                replica,
                new Housekeeping(Housekeeping.HISTORY_MAX, Housekeeping.HISTORY_BYTES_MAX));
    }
}
