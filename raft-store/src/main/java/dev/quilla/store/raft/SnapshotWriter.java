package dev.quilla.store.raft;

import dev.quilla.store.mvcc.MvccState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots beside the thread that applies entries: a state never changes, so it can be
 * written while the next ones are made. One at a time; called by the applying thread.
 */
final class SnapshotWriter {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

    /** After a failure, as on a full disk, so many entries pass before the next attempt. */
    private static final long ENTRIES_BEFORE_RETRY = 1_000;

    private final Function<TermIndex, Path> place;
    private final Runnable removeOld;
    private Optional<CompletableFuture<SingleFileSnapshotInfo>> underWay = Optional.empty();
    private long notBefore;

    /**
     * Writes none yet.
     *
     * @param place where the snapshot of an entry is to be
     * @param removeOld removes those that are not needed when there is a new one
     */
    SnapshotWriter(Function<TermIndex, Path> place, Runnable removeOld) {
        this.place = place;
        this.removeOld = removeOld;
    }

    /** Starts to write a state; not while one is being written, or soon after one failed. */
    boolean start(TermIndex last, MvccState state) {
        if (underWay.isPresent() || last.getIndex() < notBefore) {
            return false;
        }
        notBefore = last.getIndex() + ENTRIES_BEFORE_RETRY;
        CompletableFuture<SingleFileSnapshotInfo> written = new CompletableFuture<>();
        underWay = Optional.of(written);
        // Not a virtual one: it would keep a processor from the others for as long as it computes.
        Thread.ofPlatform().daemon().name("snapshot").start(() -> write(last, state, written));
        return true;
    }

    private void write(
            TermIndex last, MvccState state, CompletableFuture<SingleFileSnapshotInfo> written) {
        Path file = place.apply(last);
        try {
            FileInfo info = RatisSnapshot.write(state, file);
            removeOld.run();
            written.complete(new SingleFileSnapshotInfo(info, last));
        } catch (IOException | RuntimeException e) {
            LOG.error("snapshot {} was not written; the log is kept instead", file, e);
            written.completeExceptionally(e);
        }
    }

    /** A snapshot that was finished since the last call. */
    Optional<SingleFileSnapshotInfo> finished() {
        if (underWay.isEmpty() || !underWay.get().isDone()) {
            return Optional.empty();
        }
        CompletableFuture<SingleFileSnapshotInfo> written = underWay.get();
        underWay = Optional.empty();
        if (written.isCompletedExceptionally()) {
            return Optional.empty();
        }
        notBefore = 0;
        return Optional.of(written.join());
    }

    /** Waits for what is being written, and forgets it. */
    void settle() {
        underWay.ifPresent(written -> written.handle((file, failure) -> "settled").join());
        underWay = Optional.empty();
    }
}
