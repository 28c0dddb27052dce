package dev.quilla.store.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Choice;
import dev.quilla.store.Command;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Step;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StateCellTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final StateCell cell = new StateCell(MvccState.empty());
    private long index;

    private void apply(Command... commands) {
        cell.apply(++index, 1, List.of(commands));
    }

    private static Command put(String key) {
        Bytes value = Bytes.wrap(new byte[1]);
        Step.Put put =
                new Step.Put(new Key(key), Optional.of(value), Optional.of(LeaseId.NONE), false);
        return Choice.of(put);
    }

    /** Runs it on a thread, and returns when that one waits. */
    private static <T> FutureTask<T> waiting(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = Thread.ofPlatform().daemon().start(future);
        while (thread.isAlive()
                && thread.getState() != Thread.State.TIMED_WAITING
                && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        return future;
    }

    @Test
    void whoWaitsHasSeenWhatDoesNotConcernItAndMayBeCompacted() throws Exception {
        Watch watch = cell.watch(KeyRange.prefix("/a/"), cell.state().revision());
        FutureTask<Events> next = waiting(() -> watch.next(LONG));
        for (int i = 0; i < 10; i++) {
            apply(put("/b/" + i), put("/c"));
        }
        apply(new Command.Compact(cell.state().revision()));
        assertFalse(next.isDone());
        apply(put("/b/more"), put("/a/1"), put("/c"));
        List<Event> events = next.get(20, TimeUnit.SECONDS).events();
        assertEquals(List.of("/a/1"), events.stream().map(e -> e.key().text()).toList());
    }

    @Test
    void whatHappensWhileNobodyWaitsIsFoundAtTheNextLook() throws InterruptedException {
        Watch watch = cell.watch(KeyRange.prefix("/a/"), cell.state().revision());
        apply(put("/a/1"));
        apply(put("/a/2"), put("/b"));
        assertEquals(2, watch.next(LONG).events().size());
        assertEquals(
                new Events(List.of(), cell.state().revision()), watch.next(Duration.ofMillis(1)));
    }

    @Test
    void aStateThatIsPutInPlaceIsLookedAtByAll() throws Exception {
        Watch watch = cell.watch(KeyRange.prefix("/a/"), cell.state().revision());
        FutureTask<Events> next = waiting(() -> watch.next(LONG));
        StateCell other = new StateCell(cell.state());
        other.apply(1, 1, List.of(put("/a/1")));
        cell.replace(other.state());
        assertEquals(1, next.get(20, TimeUnit.SECONDS).events().size());
    }

    @Test
    void aWatchThatIsClosedEndsTheWait() throws Exception {
        Watch watch = cell.watch(KeyRange.ALL, cell.state().revision());
        FutureTask<Events> next = waiting(() -> watch.next(LONG));
        watch.close();
        assertTrue(next.get(20, TimeUnit.SECONDS).events().isEmpty());
        assertTrue(watch.next(LONG).events().isEmpty());
    }

    @Test
    void readersAreToldWhenTheirRevisionIsThere() {
        long first = cell.state().revision() + 1;
        CompletableFuture<MvccState> later = cell.reached(first + 1);
        CompletableFuture<MvccState> sooner = cell.reached(first);
        CompletableFuture<MvccState> gone = cell.reached(first);
        cell.forget(gone);
        apply(put("/a"));
        assertEquals(first, sooner.join().revision());
        assertFalse(later.isDone());
        assertFalse(gone.isDone());
        apply(put("/a"));
        assertEquals(first + 1, later.join().revision());
        assertTrue(cell.reached(first).isDone());
    }
}
