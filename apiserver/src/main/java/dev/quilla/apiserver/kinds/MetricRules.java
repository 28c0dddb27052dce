package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.PartRules.positive;

import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v2.MetricSpec;
import dev.quilla.model.autoscaling.v2.MetricTarget;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What autoscalers look at, and how much of it they want. */
final class MetricRules {

    /** The field that says more of each type of metric. */
    private static final Map<String, String> SOURCES =
            Map.of(
                    "ContainerResource", "containerResource",
                    "External", "external",
                    "Object", "object",
                    "Pods", "pods",
                    "Resource", "resource");

    private static final List<String> TARGETS = List.of("AverageValue", "Utilization", "Value");

    private static final FieldRules OF_SOURCE =
            FieldRules.of(
                    text("metric.name", Names::pathSegment),
                    text("container", Names::label),
                    text("describedObject.kind", Names::pathSegment),
                    text("describedObject.name", Names::pathSegment),
                    positive("target.value"),
                    positive("target.averageValue"));

    private MetricRules() {}

    /** One metric. */
    static void check(MetricSpec metric, String at, List<FieldError> errors) {
        if (metric.type().isEmpty()) {
            return; // Told already: every required text is checked for every kind.
        }
        String wanted = SOURCES.get(metric.type());
        if (wanted == null) {
            errors.add(
                    FieldError.notSupported(
                            at + ".type",
                            metric.type(),
                            SOURCES.keySet().stream().sorted().toList()));
            return;
        }
        Struct struct = metric.struct();
        SOURCES.values().stream()
                .filter(field -> !field.equals(wanted) && struct.has(field))
                .sorted()
                .forEach(field ->
                        errors.add(
                                FieldError.forbidden(
                                        at + "." + field,
                                        "must populate the given metric source only")));
        if (!struct.has(wanted)) {
            errors.add(
                    FieldError.required(
                            at + "." + wanted,
                            "must populate information for the given metric source"));
            return;
        }
        Struct source = (Struct) struct.find(wanted).orElseThrow();
        String place = at + "." + wanted;
        errors.addAll(OF_SOURCE.check(source, Optional.empty(), place));
        MetricTarget target =
                source.find("target")
                        .map(t -> new MetricTarget((Struct) t))
                        .orElseGet(() -> MetricTarget.builder().build());
        target(metric.type(), target, place + ".target", errors);
    }

    private static void target(
            String type, MetricTarget target, String at, List<FieldError> errors) {
        if (!target.type().isEmpty() && !TARGETS.contains(target.type())) {
            errors.add(
                    FieldError.invalid(
                            at + ".type",
                            target.type(),
                            "must be either Utilization, Value, or AverageValue"));
        }
        if (target.hasAverageUtilization() && target.averageUtilization() < 1) {
            errors.add(
                    FieldError.invalid(
                            at + ".averageUtilization",
                            target.averageUtilization(),
                            "must be greater than 0"));
        }
        boolean value = target.value().isPresent();
        boolean average = target.averageValue().isPresent();
        switch (type) {
            case "Pods" -> {
                if (!average) {
                    errors.add(
                            FieldError.required(
                                    at + ".averageValue",
                                    "must specify a positive target averageValue"));
                }
            }
            case "Object", "External" -> {
                if (!value && !average) {
                    errors.add(
                            FieldError.required(
                                    at + ".averageValue",
                                    "must set either a target value for metric or a per-pod"
                                            + " target"));
                } else if (value && average && type.equals("External")) {
                    errors.add(
                            FieldError.forbidden(
                                    at + ".value",
                                    "may not set both a target value for metric and a per-pod"
                                            + " target"));
                }
            }
            default -> resource(target, average, at, errors);
        }
    }

    private static void resource(
            MetricTarget target, boolean average, String at, List<FieldError> errors) {
        if (!target.hasAverageUtilization() && !average) {
            errors.add(
                    FieldError.required(
                            at + ".averageUtilization",
                            "must set either a target raw value or a target utilization"));
        } else if (target.hasAverageUtilization() && average) {
            errors.add(
                    FieldError.forbidden(
                            at + ".averageValue",
                            "may not set both a target raw value and a target utilization"));
        }
    }
}
