package dev.quilla.controller.autoscaling;

import dev.quilla.client.TransportException;
import dev.quilla.controller.autoscaling.Proposal.Tolerance;
import dev.quilla.model.ApiException;
import dev.quilla.model.Quantity;
import dev.quilla.model.autoscaling.v2.HPAScalingRules;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.autoscaling.v2.MetricSpec;
import dev.quilla.model.autoscaling.v2.MetricStatus;
import dev.quilla.model.autoscaling.v2.MetricTarget;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.metrics.v1beta1.PodMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What all metrics of an autoscaler say together: the largest of their proposals counts.
 *
 * @param replicas the proposal; 0 if there is none
 * @param what the metric that counts, in words
 * @param failure why one of them says nothing
 */
record Measurement(
        int replicas,
        String what,
        List<MetricStatus> statuses,
        Optional<String> failure,
        String failureReason) {

    private static final double TOLERANCE = 0.1;

    static Measurement of(
            HorizontalPodAutoscaler autoscaler,
            int current,
            List<Pod> pods,
            Supplier<List<PodMetrics>> figures) {
        Measurement all = new Measurement(0, "", List.of(), Optional.empty(), "");
        Map<String, PodMetrics> byPod;
        try {
            byPod =
                    figures.get().stream()
                            .collect(Collectors.toMap(PodMetrics::name, Function.identity()));
        } catch (ApiException | TransportException e) {
            return all.failed("FailedGetResourceMetric", String.valueOf(e.getMessage()));
        }
        for (MetricSpec metric : autoscaler.spec().metrics()) {
            all = all.with(autoscaler, metric, current, pods, byPod);
        }
        return all;
    }

    private Measurement with(
            HorizontalPodAutoscaler autoscaler,
            MetricSpec metric,
            int current,
            List<Pod> pods,
            Map<String, PodMetrics> figures) {
        Optional<String> container =
                metric.type().equals("ContainerResource")
                        ? Optional.of(metric.containerResource().container())
                        : Optional.empty();
        if (container.isEmpty() && !metric.type().equals("Resource")) {
            return failed(
                    "InvalidMetricSourceType",
                    "metrics of type %s need a metrics adapter, which this cluster has none of"
                            .formatted(metric.type()));
        }
        String resource =
                container.isPresent()
                        ? metric.containerResource().name()
                        : metric.resource().name();
        MetricTarget target =
                container.isPresent()
                        ? metric.containerResource().target()
                        : metric.resource().target();
        boolean shares = target.type().equals("Utilization");
        PodFigures known;
        try {
            known = PodFigures.of(pods, figures, resource, container, shares);
        } catch (PodFigures.NoRequestException e) {
            return failed(
                    "FailedGetResourceMetric",
                    "failed to get %s utilization: %s".formatted(resource, e.getMessage()));
        }
        if (known.used().isEmpty()) {
            return failed(
                    "FailedGetResourceMetric",
                    "failed to get %s %s: did not receive metrics for targeted pods (pods might be unready)"
                            .formatted(resource, shares ? "utilization" : "usage"));
        }
        Proposal proposal = Proposal.of(current, known, target, resource, tolerance(autoscaler));
        List<MetricStatus> shown = new ArrayList<>(statuses);
        shown.add(status(resource, container, proposal));
        String words =
                "%s %s"
                        .formatted(
                                resource,
                                shares
                                        ? (container.isPresent() ? "container " : "")
                                                + "resource utilization (percentage of request)"
                                        : (container.isPresent() ? "container " : "") + "resource");
        boolean counts = proposal.replicas() > replicas;
        return new Measurement(
                counts ? proposal.replicas() : replicas,
                counts ? words : what,
                shown,
                failure,
                failureReason);
    }

    private static MetricStatus status(
            String resource, Optional<String> container, Proposal proposal) {
        return container.isPresent()
                ? MetricStatus.builder()
                        .type("ContainerResource")
                        .containerResource(c ->
                                c.name(resource)
                                        .container(container.get())
                                        .current(proposal.current()))
                        .build()
                : MetricStatus.builder()
                        .type("Resource")
                        .resource(r -> r.name(resource).current(proposal.current()))
                        .build();
    }

    private static Tolerance tolerance(HorizontalPodAutoscaler autoscaler) {
        return new Tolerance(
                tolerance(autoscaler.spec().behavior().scaleUp()),
                tolerance(autoscaler.spec().behavior().scaleDown()));
    }

    private static double tolerance(HPAScalingRules rules) {
        return rules.tolerance().map(Quantity::decimal).map(d -> d.doubleValue()).orElse(TOLERANCE);
    }

    private Measurement failed(String reason, String why) {
        return failure.isPresent()
                ? this
                : new Measurement(replicas, what, statuses, Optional.of(why), reason);
    }
}
