package dev.quilla.store.raft;

import java.util.concurrent.CompletableFuture;

/** Wakes who waits for another leader, or for one at all. Thread-safe; never waits. */
final class LeaderChanges {

    private CompletableFuture<Void> next = new CompletableFuture<>();

    /**
     * Completes with the next change. Whoever takes it before looking who leads misses none. Don't
     * let anything run on the thread that completes it: Ratis holds a lock on that one.
     */
    synchronized CompletableFuture<Void> next() {
        return next;
    }

    /** A leader is known that was not, or this member has begun to lead. */
    synchronized void announce() {
        next.complete(null);
        next = new CompletableFuture<>();
    }
}
