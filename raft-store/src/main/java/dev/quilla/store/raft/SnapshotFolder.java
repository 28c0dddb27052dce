package dev.quilla.store.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.jspecify.annotations.Nullable;

/** A member's snapshots. Thread-safe. */
final class SnapshotFolder extends SimpleStateMachineStorage {

    /** If the newest can't be read, something is left to recover from. */
    private static final int KEPT = 2;

    /** Whether it was looked into, and no snapshot was there or came since. */
    private volatile boolean isEmpty;

    /** Where the snapshot that ends with an entry is. */
    Path placeOf(TermIndex last) {
        return getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
    }

    /**
     * Ratis asks with everything that a follower appends, and would look into the folder each time
     * for as long as there is no snapshot.
     */
    @Override
    public @Nullable SingleFileSnapshotInfo getLatestSnapshot() {
        return isEmpty ? null : super.getLatestSnapshot();
    }

    @Override
    public synchronized @Nullable SingleFileSnapshotInfo loadLatestSnapshot() {
        SingleFileSnapshotInfo found = super.loadLatestSnapshot();
        isEmpty = found == null;
        return found;
    }

    @Override
    public synchronized SingleFileSnapshotInfo updateLatestSnapshot(SingleFileSnapshotInfo info) {
        SingleFileSnapshotInfo newest = super.updateLatestSnapshot(info);
        isEmpty = newest == null;
        return newest;
    }

    /** Ratis asks for this on the applying thread; to remove a large file takes a while. */
    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {
        // The thread that has written a new one removes old ones.
    }

    /** Removes all but the newest. */
    void removeOld() {
        try {
            super.cleanupOldSnapshots(
                    new SnapshotRetentionPolicy() {
                        @Override
                        public int getNumSnapshotsRetained() {
                            return KEPT;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
