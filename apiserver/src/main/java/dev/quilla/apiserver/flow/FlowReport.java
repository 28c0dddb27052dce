package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.FlowFigures.Refusal;
import java.util.function.ToLongFunction;

/** What flow control tells about itself, under the names that Kubernetes has for it. */
final class FlowReport {

    private static final String PREFIX = "apiserver_flowcontrol_";

    private FlowReport() {}

    static String metrics(FlowTable table) {
        StringBuilder text = new StringBuilder();
        type(text, "dispatched_requests_total", "counter");
        for (FlowRule rule : table.rules()) {
            line(text, "dispatched_requests_total", flow(rule), rule.figures().dispatched().sum());
        }
        type(text, "rejected_requests_total", "counter");
        for (FlowRule rule : table.rules()) {
            for (Refusal why : Refusal.values()) {
                String labels = flow(rule) + ",reason=\"" + why.label() + "\"";
                line(text, "rejected_requests_total", labels, rule.figures().refusals(why));
            }
        }
        gauge(text, table, "current_inqueue_requests", PriorityLevel::requestsWaiting);
        gauge(text, table, "current_executing_requests", level -> level.running().size());
        gauge(text, table, "current_executing_seats", PriorityLevel::seatsTaken);
        gauge(text, table, "nominal_limit_seats", level -> level.range().nominal());
        gauge(text, table, "lower_limit_seats", level -> level.range().least());
        gauge(text, table, "upper_limit_seats", level -> level.range().most());
        gauge(text, table, "current_limit_seats", PriorityLevel::limit);
        return text.toString();
    }

    private static void gauge(
            StringBuilder text, FlowTable table, String name, ToLongFunction<PriorityLevel> value) {
        type(text, name, "gauge");
        for (PriorityLevel level : table.levels().values()) {
            String labels = "priority_level=\"" + level.name() + "\"";
            line(text, name, labels, value.applyAsLong(level));
        }
    }

    private static String flow(FlowRule rule) {
        return "flow_schema=\"%s\",priority_level=\"%s\"".formatted(rule.name(), rule.level());
    }

    private static void type(StringBuilder text, String name, String type) {
        text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(PREFIX)
                .append(name)
                .append('{')
                .append(labels)
                .append("} ")
                .append(value)
                .append('\n');
    }
}
