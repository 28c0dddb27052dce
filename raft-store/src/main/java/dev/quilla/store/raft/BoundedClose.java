package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Closes what may wait for itself for ever. */
final class BoundedClose {

    private BoundedClose() {}

    /**
     * Closes it on a thread of its own, which a process that ends does not wait for.
     *
     * @return whether it is closed; if not, closing goes on
     * @throws StoreException if it could not be closed
     */
    static boolean run(Closeable what, Duration atMost) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("raft-close")
                .start(() -> {
                    try {
                        what.close();
                        closed.complete(null);
                    } catch (IOException | RuntimeException e) {
                        closed.completeExceptionally(e);
                    }
                });
        try {
            closed.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            throw new StoreException("the Raft server did not close: " + e.getCause(), e);
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
