package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.Inventory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lists what the runtime holds, once for all who ask at the same time. An answer is never older
 * than the question: who asks while a listing runs gets the next one.
 */
final class SharedInventory {

    private final ContainerRuntime runtime;
    private final ReentrantLock listing = new ReentrantLock();
    private final Object guard = new Object();
    private @Nullable CompletableFuture<Inventory> next;

    SharedInventory(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * What there is now.
     *
     * @throws ContainerRuntimeException if the runtime can't say
     */
    Inventory now() {
        CompletableFuture<Inventory> mine;
        synchronized (guard) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            mine = next;
        }
        listing.lock();
        try {
            if (!mine.isDone()) {
                list(mine);
            }
        } finally {
            listing.unlock();
        }
        try {
            return mine.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ContainerRuntimeException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private void list(CompletableFuture<Inventory> result) {
        synchronized (guard) {
            next = null;
        }
        try {
            result.complete(runtime.list());
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }
}
