package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.flow.LevelSettings.Queuing;
import dev.quilla.apiserver.flow.SeatShares.Range;
import dev.quilla.apiserver.request.RequestInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One request runs, one waits, one was refused: as the tables show it. */
@Timeout(30)
class FlowDumpTest {

    private static final RequestInfo WHAT =
            RequestInfo.parse("GET", "/api/v1/namespaces/shop/configmaps", false);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FlowRule rule =
            FlowRule.of(FlowDefaults.schema("global-default").orElseThrow(), new FlowFigures());
    private final PriorityLevel level = level("global-default", Optional.of(new Queuing(2, 1, 1)));
    private final FlowTable table = new FlowTable(List.of(rule), Map.of("global-default", level));
    private Seat first;
    private Future<Seat> second;
    private int queue;

    @BeforeEach
    void ask() {
        first = level.take(asked("ann, \n", 3_000_000_000L), 1, _ -> {});
        second = threads.submit(() -> level.take(asked("bob", 4_000_000_000L), 1, _ -> {}));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (level.requestsWaiting() == 0) {
            assertTrue(System.nanoTime() < end, "it never waited");
            Thread.onSpinWait();
        }
        queue = FairQueues.hand(asked("bob", 0).flow().hash(), 2, 1)[0];
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whatIsExemptCountsAsOneSeat() {
        PriorityLevel free =
                new PriorityLevel(
                        "exempt",
                        "uid",
                        new LevelSettings(true, 0, 0, OptionalInt.empty(), Optional.empty()),
                        () -> 0);
        try (Seat _ = free.take(new Asked(new Flow(rule, free, ""), "ann", WHAT, 0), 0, _ -> {})) {
            FlowTable exempt = new FlowTable(List.of(rule), Map.of("exempt", free));
            String line =
                    FlowDump.requests(exempt, new FlowDump.Now(Instant.EPOCH, 0), false)
                            .lines()
                            .toList()
                            .getLast();
            assertEquals("1", line.split(", *")[6]);
        }
        assertEquals(List.of(), free.running());
    }

    private static PriorityLevel level(String name, Optional<Queuing> queuing) {
        PriorityLevel level =
                new PriorityLevel(
                        name,
                        "uid",
                        new LevelSettings(false, 1, 0, OptionalInt.empty(), queuing),
                        () -> 5_000_000_000L);
        level.setRange(new Range(1, 1, 1));
        return level;
    }

    private Asked asked(String user, long since) {
        return new Asked(new Flow(rule, level, user), user, WHAT, since);
    }

    @Test
    void levelsSayWhatBecameOfRequests() throws Exception {
        assertEquals(
                """
                PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, \
                ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, \
                CancelledRequests
                global-default,    1,            false,  false,       1,               \
                1,                 2,                  0,                0,                \
                0
                """,
                FlowDump.levels(table));
        first.close();
        second.get().close();
        assertTrue(FlowDump.levels(table).contains("global-default,    0,            true, "));
    }

    @Test
    void queuesSayWhatWaitsInThem() throws Exception {
        String waits =
                "0,                 0,          0.00000000ss,  1,               1,           0.00300000ss";
        String none =
                "0,                 0,          0.00000000ss,  0,               0,           0.00000000ss";
        assertEquals(
                """
                PriorityLevelName, Index, PendingRequests, ExecutingRequests, SeatsInUse, \
                NextDispatchR, InitialSeatsSum, MaxSeatsSum, TotalWorkSum
                """
                        + "global-default,    0,     %s\nglobal-default,    1,     %s\n"
                                .formatted(
                                        queue == 0
                                                ? "1,               " + waits
                                                : "0,               " + none,
                                        queue == 1
                                                ? "1,               " + waits
                                                : "0,               " + none),
                FlowDump.queues(table));
        first.close();
        assertEquals(queue, second.get().queue().orElseThrow());
        assertTrue(
                FlowDump.queues(table)
                        .contains(
                                "global-default,    %d,     0,               1,                 1, "
                                        .formatted(queue)));
    }

    @Test
    void requestsSayWhoAsksForWhat() {
        FlowDump.Now now = new FlowDump.Now(Instant.parse("2030-01-01T00:00:10Z"), 10_000_000_000L);
        List<String> lines = FlowDump.requests(table, now, false).lines().toList();
        assertEquals(
                "PriorityLevelName, FlowSchemaName, QueueIndex, RequestIndexInQueue,"
                        + " FlowDistingsher, ArriveTime,           InitialSeats, FinalSeats,"
                        + " AdditionalLatency, StartTime",
                lines.get(0));
        assertEquals(
                "global-default,    global-default, -1,         -1,                 "
                        + " ann_ _,          2030-01-01T00:00:03Z, 1,            0,         "
                        + " 0s,                2030-01-01T00:00:03Z",
                lines.get(1));
        assertEquals(
                "global-default,    global-default, "
                        + queue
                        + ",          0,                  "
                        + " bob,             2030-01-01T00:00:04Z, 1,            0,         "
                        + " 0s,                0001-01-01T00:00:00Z",
                lines.get(2));
        assertEquals(3, lines.size());
        List<String> details = FlowDump.requests(table, now, true).lines().toList();
        assertTrue(
                details.get(0)
                        .endsWith(
                                " UserName, Verb, APIPath,                            Namespace,"
                                        + " Name, APIVersion, Resource,   SubResource"),
                details.get(0));
        assertTrue(
                details.get(2)
                        .endsWith(
                                " bob,      list, /api/v1/namespaces/shop/configmaps, shop,     "
                                        + " ,     v1,         configmaps, "),
                details.get(2));
    }
}
