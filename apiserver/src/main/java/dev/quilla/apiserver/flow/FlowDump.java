package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.FlowFigures.Refusal;
import dev.quilla.apiserver.request.RequestInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What flow control is doing, as tables for people, with the columns that Kubernetes' documentation
 * of flow control has: the debug endpoints of API priority and fairness.
 */
final class FlowDump {

    /** What a request is dispatched at that waits, and its place in no queue. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private static final String NO_QUEUE = "-1";

    private static final double SECOND = 1e9;

    private FlowDump() {}

    /** A moment on both clocks. */
    record Now(Instant time, long nanos) {

        private String at(long then) {
            return time.minusNanos(nanos - then).toString();
        }
    }

    /** A line for each level. */
    static String levels(FlowTable table) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                words(
                        "PriorityLevelName ActiveQueues IsIdle IsQuiescing WaitingRequests"
                                + " ExecutingRequests DispatchedRequests RejectedRequests"
                                + " TimedoutRequests CancelledRequests"));
        for (PriorityLevel level : table.levels().values()) {
            List<FlowFigures> figures =
                    table.rules().stream()
                            .filter(rule -> rule.level().equals(level.name()))
                            .map(FlowRule::figures)
                            .toList();
            int executing = level.running().size();
            int waiting = level.requestsWaiting();
            rows.add(
                    List.of(
                            level.name(),
                            Long.toString(activeQueues(level)),
                            Boolean.toString(executing == 0 && waiting == 0),
                            // What is no longer configured is no longer in the table.
                            "false",
                            Integer.toString(waiting),
                            Integer.toString(executing),
                            sum(figures.stream().mapToLong(f -> f.dispatched().sum()).toArray()),
                            refused(figures, Refusal.CONCURRENCY_LIMIT, Refusal.QUEUE_FULL),
                            refused(figures, Refusal.TIME_OUT),
                            refused(figures, Refusal.CANCELLED)));
        }
        return table(rows);
    }

    private static long activeQueues(PriorityLevel level) {
        return level.queues().stream()
                .filter(queue ->
                        !queue.waiters().isEmpty() || !of(queue, level.running()).isEmpty())
                .count();
    }

    private static String refused(List<FlowFigures> figures, Refusal... reasons) {
        return sum(
                Arrays.stream(reasons)
                        .flatMapToLong(why -> figures.stream().mapToLong(f -> f.refusals(why)))
                        .toArray());
    }

    private static String sum(long[] counts) {
        return Long.toString(Arrays.stream(counts).sum());
    }

    /** A line for each queue. */
    static String queues(FlowTable table) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                words(
                        "PriorityLevelName Index PendingRequests ExecutingRequests SeatsInUse"
                                + " NextDispatchR InitialSeatsSum MaxSeatsSum TotalWorkSum"));
        for (PriorityLevel level : table.levels().values()) {
            List<Seat> running = level.running();
            for (FairQueues.QueueState queue : level.queues()) {
                List<Seat> executing = of(queue, running);
                int seats = queue.waiters().stream().mapToInt(Waiter::seats).sum();
                rows.add(
                        List.of(
                                level.name(),
                                Integer.toString(queue.index()),
                                Integer.toString(queue.waiters().size()),
                                Integer.toString(executing.size()),
                                Integer.toString(executing.stream().mapToInt(Seat::seats).sum()),
                                seatSeconds(queue.had()),
                                Integer.toString(seats),
                                Integer.toString(seats),
                                seatSeconds(seats * FairQueues.GUESS)));
            }
        }
        return table(rows);
    }

    private static List<Seat> of(FairQueues.QueueState queue, List<Seat> running) {
        return running.stream().filter(s -> s.queue().orElse(-1) == queue.index()).toList();
    }

    private static String seatSeconds(double nanos) {
        return String.format(Locale.ROOT, "%.8fss", nanos / SECOND);
    }

    /**
     * A line for each request that runs or waits.
     *
     * @param details whether to say what it asks for, and who asks
     */
    static String requests(FlowTable table, Now now, boolean details) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>();
        head.addAll(
                words(
                        "PriorityLevelName FlowSchemaName QueueIndex RequestIndexInQueue"
                                + " FlowDistingsher ArriveTime InitialSeats FinalSeats"
                                + " AdditionalLatency StartTime"));
        if (details) {
            head.addAll(
                    words(
                            "UserName Verb APIPath Namespace Name APIVersion Resource"
                                    + " SubResource"));
        }
        rows.add(head);
        for (PriorityLevel level : table.levels().values()) {
            for (Seat seat : level.running()) {
                String queue = seat.queue().isPresent() ? "" + seat.queue().getAsInt() : NO_QUEUE;
                String start = now.at(seat.since());
                // As in Kubernetes, also where seats are not counted.
                int seats = Math.max(1, seat.seats());
                rows.add(row(seat.asked(), now, queue, NO_QUEUE, seats, start, details));
            }
            for (FairQueues.QueueState queue : level.queues()) {
                String index = Integer.toString(queue.index());
                for (int i = 0; i < queue.waiters().size(); i++) {
                    Waiter waiter = queue.waiters().get(i);
                    rows.add(
                            row(
                                    waiter.asked(),
                                    now,
                                    index,
                                    Integer.toString(i),
                                    waiter.seats(),
                                    NEVER,
                                    details));
                }
            }
        }
        return table(rows);
    }

    private static List<String> row(
            Asked asked,
            Now now,
            String queue,
            String place,
            int seats,
            String start,
            boolean details) {
        List<String> row = new ArrayList<>();
        row.addAll(
                List.of(
                        asked.flow().level().name(),
                        asked.flow().schema().name(),
                        queue,
                        place,
                        asked.flow().distinguisher(),
                        now.at(asked.since()),
                        Integer.toString(seats),
                        // A write is worth no more however many watch, so nothing comes after it.
                        "0",
                        "0s",
                        start));
        if (details) {
            RequestInfo what = asked.what();
            row.addAll(
                    List.of(
                            asked.user(),
                            what.verb(),
                            what.path(),
                            what.namespace(),
                            what.name(),
                            what.version(),
                            what.resource(),
                            what.subresource()));
        }
        return row;
    }

    private static List<String> words(String text) {
        return List.of(text.split(" "));
    }

    /** Cells after one another, with commas between them, in columns. */
    private static String table(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                String cell = plain(row.get(i));
                boolean last = i == widths.length - 1;
                text.append(cell)
                        .append(last ? "\n" : "," + " ".repeat(widths[i] - cell.length() + 1));
            }
        }
        return text.toString();
    }

    /** Whoever asks chooses some of the words, but not where a line or a cell ends. */
    private static String plain(String cell) {
        return cell.replaceAll("[\\p{Cntrl},]", "_");
    }
}
