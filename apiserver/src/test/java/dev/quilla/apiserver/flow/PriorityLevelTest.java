package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.flow.LevelSettings.Queuing;
import dev.quilla.apiserver.flow.SeatShares.Range;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.Turn;
import dev.quilla.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PriorityLevelTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Test
    void refusesAtOnceWhereNothingMayWait() {
        PriorityLevel level = level(2, Optional.empty());
        Seat first = take(level, "a", 1);
        Seat second = take(level, "a", 1);

        ApiException refused = assertThrows(ApiException.class, () -> take(level, "a", 1));

        assertEquals(429, refused.code());
        assertEquals("TooManyRequests", refused.reason());
        assertEquals(1, refused.status().details().retryAfterSeconds());
        first.close();
        take(level, "a", 1).close();
        second.close();
        assertEquals(0, level.seatsTaken());
    }

    @Test
    void tellsHowLongRequestsWaitedAndRan() throws Exception {
        PriorityLevel level = level(1, Optional.of(new Queuing(4, 1, 10)));
        Seat first = take(level, "a", 1);
        Future<Seat> second = threads.submit(() -> take(level, "a", 1));
        await(() -> level.requestsWaiting() == 1);
        first.close();
        Seat seat = second.get();
        assertEquals(1, first.asked().flow().schema().figures().ran(false).count());
        seat.close();
        FlowFigures figures = seat.asked().flow().schema().figures();
        assertEquals(1, figures.waited(true).count());
        assertEquals(0, figures.waited(false).count());
        assertEquals(1, figures.ran(false).count());
        assertEquals(0, figures.ran(true).count());
        assertEquals(1, figures.queueLength().count());
        assertEquals(1, figures.seats().count());
    }

    @Test
    void seatsWhoWaitsWhenASeatComesFree() throws Exception {
        PriorityLevel level = level(1, Optional.of(new Queuing(4, 1, 10)));
        Seat first = take(level, "a", 1);
        Future<Seat> second = threads.submit(() -> take(level, "a", 1));
        await(() -> level.requestsWaiting() == 1);

        first.close();

        second.get().close();
        assertEquals(0, level.requestsWaiting());
        assertEquals(0, level.seatsTaken());
    }

    @Test
    void whoListsMuchComputesInTurns() {
        PriorityLevel level = level(10, Optional.empty());
        try (Seat narrow = take(level, "a", 1);
                Seat wide = take(level, "a", 2)) {
            assertSame(Turn.FREE, narrow.turn());
            assertNotSame(Turn.FREE, wide.turn());
        }
    }

    @Test
    void letsNobodyPastThoseWhoWait() throws Exception {
        PriorityLevel level = level(2, Optional.of(new Queuing(1, 1, 10)));
        Seat first = take(level, "a", 1);
        Future<Seat> wide = threads.submit(() -> take(level, "a", 2));
        await(() -> level.requestsWaiting() == 1);

        Future<Seat> later = threads.submit(() -> take(level, "b", 1));
        await(() -> level.requestsWaiting() == 2);
        first.close();

        wide.get().close();
        later.get().close();
    }

    @Test
    void refusesWhenTheQueueIsFull() throws Exception {
        PriorityLevel level = level(1, Optional.of(new Queuing(1, 1, 1)));
        Seat first = take(level, "a", 1);
        Future<Seat> second = threads.submit(() -> take(level, "a", 1));
        await(() -> level.requestsWaiting() == 1);

        assertEquals(429, assertThrows(ApiException.class, () -> take(level, "a", 1)).code());
        first.close();
        second.get().close();
    }

    @Test
    void keepsNoPlaceForClientsThatAreGone() throws Exception {
        PriorityLevel level = level(1, Optional.of(new Queuing(1, 1, 10)));
        Seat first = take(level, "a", 1);
        List<Runnable> goings = new ArrayList<>();
        Future<Seat> gone = threads.submit(() -> level.take(asked(level, "a"), 1, goings::add));
        await(() -> !goings.isEmpty());

        goings.getFirst().run();

        assertThrows(ExecutionException.class, gone::get);
        assertEquals(0, level.requestsWaiting());
        first.close();
        take(level, "a", 1).close();
    }

    @Test
    void seatsThoseWhoWaitWhenItIsGivenMore() throws Exception {
        PriorityLevel level = level(1, Optional.of(new Queuing(4, 1, 10)));
        Seat first = take(level, "a", 1);
        Future<Seat> second = threads.submit(() -> take(level, "a", 1));
        await(() -> level.requestsWaiting() == 1);

        level.setLimit(2);

        second.get().close();
        first.close();
    }

    /** The limit holds, nobody is forgotten, and in the end nothing is taken. */
    @Test
    void holdsItsLimitUnderContention() throws Exception {
        PriorityLevel level = level(7, Optional.of(new Queuing(16, 4, 1_000)));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int user = 0; user < 40; user++) {
            String name = "user-" + user;
            int width = 1 + user % 2;
            all.add(
                    threads.submit(() -> {
                        for (int i = 0; i < 250; i++) {
                            try (Seat _ = take(level, name, width)) {
                                most.accumulateAndGet(inside.addAndGet(width), Math::max);
                                LockSupport.parkNanos(1);
                                inside.addAndGet(-width);
                            }
                        }
                    }));
        }

        for (Future<?> one : all) {
            one.get();
        }

        assertTrue(most.get() <= 7, "seats at once: " + most);
        assertEquals(0, level.seatsTaken());
        assertEquals(0, level.requestsWaiting());
    }

    private static Seat take(PriorityLevel level, String user, int width) {
        return level.take(asked(level, user), width, gone -> {});
    }

    private static Asked asked(PriorityLevel level, String user) {
        FlowRule rule =
                FlowRule.of(FlowDefaults.schema("global-default").orElseThrow(), new FlowFigures());
        return new Asked(
                new Flow(rule, level, user), user, RequestInfo.parse("GET", "/x", false), 0);
    }

    private static PriorityLevel level(int seats, Optional<Queuing> queuing) {
        PriorityLevel level =
                new PriorityLevel(
                        "test",
                        "uid",
                        new LevelSettings(false, 1, 0, OptionalInt.empty(), queuing),
                        System::nanoTime);
        level.setRange(new Range(seats * 12, seats, seats));
        level.setLimit(seats);
        return level;
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "it never came true");
            Thread.onSpinWait();
        }
    }
}
