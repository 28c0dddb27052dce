package dev.quilla.store.raft.transport;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Entries are acknowledged in the order in which they came, and none before what came earlier is on
 * disk. Ratis acknowledges entries that come a second time as soon as it has them in memory,
 * although what the first time has brought is still on its way to the disk. Thread-safe.
 *
 * @param <T> a reply
 */
final class InOrder<T> {

    interface Work<T> {
        CompletableFuture<T> begin() throws IOException;
    }

    /** Done when all before are; never fails. */
    private CompletableFuture<?> before = CompletableFuture.completedFuture(null);

    /**
     * Begins something, one after the other; what that takes is waited for by nobody.
     *
     * @return done when it is, and all that was begun before
     * @throws IOException if it could not begin
     */
    synchronized CompletableFuture<T> add(Work<T> work) throws IOException {
        CompletableFuture<T> reply = work.begin();
        CompletableFuture<T> ordered =
                before.isDone() ? reply : before.thenCombine(reply, (earlier, own) -> own);
        before = ordered.handle((own, failure) -> null);
        return ordered;
    }
}
