package dev.quilla.apiserver.verbs;

import dev.quilla.model.ApiErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The same done to many things, some of them at once. */
public final class Concurrently {

    private Concurrently() {}

    /**
     * Does something to each item, and returns when nothing is under way any more. After a failure
     * no further item is begun.
     *
     * @param atMost how many at once
     * @throws RuntimeException or an error: the failure that came first; those that came while the
     *     rest was under way are suppressed in it
     */
    public static <T> void forEach(List<T> items, int atMost, Consumer<T> action) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable worker =
                () -> {
                    int i;
                    while (failure.get() == null && (i = next.getAndIncrement()) < items.size()) {
                        run(action, items.get(i), failure);
                    }
                };
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(atMost, items.size()); i++) {
            threads.add(Thread.ofVirtual().name("api-request-part-" + i).start(worker));
        }
        join(threads);
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError("an action can't throw it", e);
        }
    }

    private static <T> void run(
            Consumer<T> action, T item, AtomicReference<@Nullable Throwable> failure) {
        try {
            action.accept(item);
        } catch (RuntimeException | Error e) {
            Throwable first = failure.compareAndExchange(null, e);
            if (first != null && !first.equals(e)) {
                first.addSuppressed(e);
            }
        }
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the server is stopping");
        }
    }
}
