package dev.quilla.controller.autoscaling;

import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import dev.quilla.model.autoscaling.v2.MetricStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What an autoscaler's status comes to say. Confined to one thread. */
final class Report {

    private final HorizontalPodAutoscaler before;
    private final Instant now;
    private final HorizontalPodAutoscalerStatus.Builder status;
    private final List<HorizontalPodAutoscalerCondition> conditions;

    Report(HorizontalPodAutoscaler before, Instant now) {
        this.before = before;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.status = before.status().toBuilder();
        this.conditions = new ArrayList<>(before.status().conditions());
    }

    void condition(String type, boolean so, String reason, String message) {
        String value = so ? "True" : "False";
        Instant since =
                conditions.stream()
                        .filter(c -> c.type().equals(type) && c.status().equals(value))
                        .flatMap(c -> c.lastTransitionTime().stream())
                        .findFirst()
                        .orElse(now);
        HorizontalPodAutoscalerCondition condition =
                HorizontalPodAutoscalerCondition.builder()
                        .type(type)
                        .status(value)
                        .reason(reason)
                        .message(message)
                        .lastTransitionTime(since)
                        .build();
        int index = 0;
        while (index < conditions.size() && !conditions.get(index).type().equals(type)) {
            index++;
        }
        if (index < conditions.size()) {
            conditions.set(index, condition);
        } else {
            conditions.add(condition);
        }
    }

    void replicas(int current, int desired) {
        status.currentReplicas(current).desiredReplicas(desired);
    }

    void metrics(List<MetricStatus> metrics) {
        status.currentMetrics(metrics);
    }

    void scaled() {
        status.lastScaleTime(now);
    }

    /** The autoscaler as it is to be. */
    HorizontalPodAutoscaler done() {
        return before.toBuilder().status(status.conditions(conditions).build()).build();
    }
}
