package dev.quilla.store.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;

/** A member's snapshots. Thread-safe. */
final class SnapshotFolder extends SimpleStateMachineStorage {

    /** If the newest can't be read, something is left to recover from. */
    private static final int KEPT = 2;

    /** Where the snapshot that ends with an entry is. */
    Path placeOf(TermIndex last) {
        return getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
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
