package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.exposition.Exposition;
import dev.quilla.apiserver.exposition.Histogram;
import dev.quilla.apiserver.flow.FlowFigures.Refusal;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What flow control tells about itself, under the names that Kubernetes has for it. */
final class FlowReport {

    private static final String PREFIX = "apiserver_flowcontrol_";

    private final FlowTable table;
    private final Exposition text = new Exposition();

    private FlowReport(FlowTable table) {
        this.table = table;
    }

    static String metrics(FlowTable table) {
        FlowReport report = new FlowReport(table);
        report.requests();
        report.levels();
        return report.text.text();
    }

    private void requests() {
        text.counters(PREFIX + "dispatched_requests_total", "Requests that were given seats.");
        for (FlowRule rule : table.rules()) {
            text.add(flow(rule), rule.figures().dispatched().sum());
        }
        text.counters(PREFIX + "rejected_requests_total", "Requests that were refused.");
        for (FlowRule rule : table.rules()) {
            for (Refusal why : Refusal.values()) {
                text.add(reason(rule, why), rule.figures().refusals(why));
            }
        }
        text.histograms(
                PREFIX + "request_wait_duration_seconds", "How long requests waited for seats.");
        for (FlowRule rule : table.rules()) {
            waited(rule, true);
            waited(rule, false);
        }
        text.histograms(PREFIX + "request_execution_seconds", "How long requests had their seats.");
        for (FlowRule rule : table.rules()) {
            text.add(flow(rule) + ",type=\"regular\"", rule.figures().ran(false));
            text.add(flow(rule) + ",type=\"watch\"", rule.figures().ran(true));
        }
        each(
                "request_queue_length_after_enqueue",
                "How long the queue was in which a request had to wait, with it.",
                FlowFigures::queueLength);
        each(
                "work_estimated_seats",
                "How many seats requests were thought to be worth.",
                FlowFigures::seats);
    }

    private void waited(FlowRule rule, boolean ran) {
        text.add(flow(rule) + ",execute=\"" + ran + "\"", rule.figures().waited(ran));
    }

    private void each(String name, String help, Function<FlowFigures, Histogram> histogram) {
        text.histograms(PREFIX + name, help);
        for (FlowRule rule : table.rules()) {
            text.add(flow(rule), histogram.apply(rule.figures()));
        }
    }

    private void levels() {
        gauge(
                "current_inqueue_requests",
                "Requests that wait for seats.",
                PriorityLevel::requestsWaiting);
        gauge(
                "current_executing_requests",
                "Requests that have seats.",
                level -> level.running().size());
        gauge("current_executing_seats", "Seats that are taken.", PriorityLevel::seatsTaken);
        gauge(
                "nominal_limit_seats",
                "Seats that a level has if it neither lends nor borrows.",
                level -> level.range().nominal());
        gauge(
                "lower_limit_seats",
                "Seats that a level keeps for itself.",
                level -> level.range().least());
        gauge(
                "upper_limit_seats",
                "Seats that a level has if it borrows all it may.",
                level -> level.range().most());
        gauge("current_limit_seats", "Seats that a level has now.", PriorityLevel::limit);
    }

    private void gauge(String name, String help, ToLongFunction<PriorityLevel> value) {
        text.gauges(PREFIX + name, help);
        for (PriorityLevel level : table.levels().values()) {
            text.add("priority_level=\"" + level.name() + "\"", value.applyAsLong(level));
        }
    }

    private static String reason(FlowRule rule, Refusal why) {
        return flow(rule) + ",reason=\"" + why.label() + "\"";
    }

    private static String flow(FlowRule rule) {
        return "flow_schema=\"%s\",priority_level=\"%s\"".formatted(rule.name(), rule.level());
    }
}
