package dev.quilla.store.raft;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares barriers among readers: a reader may use any barrier that starts after it has come, so all
 * who come while one is under way share the next.
 */
final class ReadBarrier {

    private final Supplier<CompletableFuture<?>> newBarrier;
    private @Nullable CompletableFuture<Void> next;
    private boolean underWay;

    ReadBarrier(Supplier<CompletableFuture<?>> newBarrier) {
        this.newBarrier = newBarrier;
    }

    /** Completes when everything acknowledged before this call is applied here. */
    CompletableFuture<Void> pass() {
        CompletableFuture<Void> mine;
        synchronized (this) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            mine = next;
            if (underWay) {
                return mine.copy();
            }
            underWay = true;
            next = null;
        }
        start(mine);
        return mine.copy();
    }

    /**
     * Goes on with the next group on a thread of its own: Ratis holds a lock on the one that
     * completes a barrier, which the next barrier would wait for.
     */
    private void start(CompletableFuture<Void> group) {
        newBarrier
                .get()
                .whenCompleteAsync(
                        (ok, failure) -> finish(group, failure), Thread::startVirtualThread);
    }

    private void finish(CompletableFuture<Void> group, @Nullable Throwable failure) {
        CompletableFuture<Void> following;
        synchronized (this) {
            following = next;
            next = null;
            underWay = following != null;
        }
        if (following != null) {
            start(following);
        }
        if (failure == null) {
            group.complete(null);
        } else {
            group.completeExceptionally(failure);
        }
    }
}
