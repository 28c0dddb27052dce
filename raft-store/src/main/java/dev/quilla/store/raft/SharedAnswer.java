package dev.quilla.store.raft;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks once for many: whoever comes may use any answer whose question is put after that, so all who
 * come while one is under way share the next. Thread-safe.
 *
 * @param <T> the answer
 */
final class SharedAnswer<T> {

    private final Supplier<CompletableFuture<T>> question;
    private @Nullable CompletableFuture<T> next;
    private boolean underWay;

    SharedAnswer(Supplier<CompletableFuture<T>> question) {
        this.question = question;
    }

    /** Completes with the answer to a question that is put after this call. */
    CompletableFuture<T> get() {
        CompletableFuture<T> mine;
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
        put(mine);
        return mine.copy();
    }

    /**
     * Goes on with the next group on a thread of its own: Ratis may hold a lock on the one that
     * completes an answer, which the next question would wait for.
     */
    private void put(CompletableFuture<T> group) {
        question.get()
                .whenCompleteAsync(
                        (answer, failure) -> finish(group, answer, failure),
                        Thread::startVirtualThread);
    }

    private void finish(CompletableFuture<T> group, T answer, @Nullable Throwable failure) {
        CompletableFuture<T> following;
        synchronized (this) {
            following = next;
            next = null;
            underWay = following != null;
        }
        if (following != null) {
            put(following);
        }
        if (failure == null) {
            group.complete(answer);
        } else {
            group.completeExceptionally(failure);
        }
    }
}
