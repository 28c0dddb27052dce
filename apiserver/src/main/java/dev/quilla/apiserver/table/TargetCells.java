package dev.quilla.apiserver.table;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.autoscaling.v2.MetricSpec;
import dev.quilla.model.autoscaling.v2.MetricStatus;
import dev.quilla.model.autoscaling.v2.MetricTarget;
import dev.quilla.model.autoscaling.v2.MetricValueStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an autoscaler measures, and what that is to be: {@code cpu: 40%/50%, 17500m/20 (avg)}. */
final class TargetCells {

    private static final String UNKNOWN = "<unknown>";
    private static final int SHOWN_MAX = 2;

    private TargetCells() {}

    static String of(HorizontalPodAutoscaler scaler) {
        List<Struct> metrics = scaler.spec().metrics().stream().map(MetricSpec::struct).toList();
        if (metrics.isEmpty()) {
            return "<none>";
        }
        int more = metrics.size() - SHOWN_MAX;
        return metrics.stream()
                        .limit(SHOWN_MAX)
                        .map(metric -> text(metric, current(metric, scaler)))
                        .collect(Collectors.joining(", "))
                + (more > 0 ? " + %d more...".formatted(more) : "");
    }

    /** The metric's own field in a specification or a status. */
    private static String field(Struct metric) {
        String type = metric.text("type");
        return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
    }

    /** What tells a metric from others, in specifications and statuses alike. */
    private static List<Object> identity(Struct metric) {
        String field = field(metric);
        return List.of(
                field,
                metric.text(field, "name"),
                metric.text(field, "container"),
                metric.at(field, "metric"),
                metric.at(field, "describedObject"));
    }

    private static Optional<MetricValueStatus> current(
            Struct metric, HorizontalPodAutoscaler scaler) {
        return scaler.status().currentMetrics().stream()
                .map(MetricStatus::struct)
                .filter(status -> identity(status).equals(identity(metric)))
                .flatMap(status -> status.at(field(status), "current").stream())
                .map(current -> new MetricValueStatus((Struct) current))
                .findFirst();
    }

    private static String text(Struct metric, Optional<MetricValueStatus> current) {
        String field = field(metric);
        MetricTarget target =
                new MetricTarget(
                        (Struct)
                                metric.at(field, "target")
                                        .orElseGet(MetricTarget.definition()::empty));
        return switch (field) {
            case "resource", "containerResource" ->
                    metric.text(field, "name") + ": " + used(target, current);
            case "pods" -> average(target, current);
            default -> whole(target, current);
        };
    }

    private static String used(MetricTarget target, Optional<MetricValueStatus> current) {
        if (target.averageValue().isPresent()) {
            return average(target, current);
        }
        return current.filter(MetricValueStatus::hasAverageUtilization)
                        .map(c -> c.averageUtilization() + "%")
                        .orElse(UNKNOWN)
                + "/"
                + (target.hasAverageUtilization() ? target.averageUtilization() + "%" : "<auto>");
    }

    private static String average(MetricTarget target, Optional<MetricValueStatus> current) {
        return shown(current.flatMap(MetricValueStatus::averageValue))
                + "/"
                + shown(target.averageValue());
    }

    private static String whole(MetricTarget target, Optional<MetricValueStatus> current) {
        return target.averageValue().isPresent()
                ? average(target, current) + " (avg)"
                : shown(current.flatMap(MetricValueStatus::value)) + "/" + shown(target.value());
    }

    private static String shown(Optional<Quantity> amount) {
        return amount.map(Quantity::toString).orElse(UNKNOWN);
    }
}
