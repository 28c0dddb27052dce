package dev.quilla.controller.autoscaling;

import dev.quilla.client.TransportException;
import dev.quilla.controller.Pods;
import dev.quilla.controller.autoscaling.Proposal.Tolerance;
import dev.quilla.controller.autoscaling.Reading.UnreadableException;
import dev.quilla.model.ApiException;
import dev.quilla.model.Quantity;
import dev.quilla.model.autoscaling.v2.CrossVersionObjectReference;
import dev.quilla.model.autoscaling.v2.HPAScalingRules;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.autoscaling.v2.MetricIdentifier;
import dev.quilla.model.autoscaling.v2.MetricSpec;
import dev.quilla.model.autoscaling.v2.MetricStatus;
import dev.quilla.model.autoscaling.v2.MetricTarget;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.metrics.v1beta1.PodMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the metrics of one autoscaler, once each. Confined to one thread. */
final class Readings {

    private static final double TOLERANCE = 0.1;

    private final HorizontalPodAutoscaler autoscaler;
    private final Scaled scaled;
    private final AutoscalerController.Figures figures;
    private final AdapterMetrics adapters;
    private final Tolerance tolerance;
    private @Nullable Map<String, PodMetrics> known;

    /**
     * What is scaled.
     *
     * @param wanted how many replicas there are to be
     * @param there how many there are
     * @param selector chooses its pods
     */
    record Scaled(int wanted, int there, String selector, List<Pod> pods) {
        Scaled {
            pods = List.copyOf(pods);
        }

        int ready() {
            return (int)
                    pods.stream()
                            .filter(p -> !p.metadata().hasDeletionTimestamp())
                            .filter(Pods::isReady)
                            .count();
        }
    }

    Readings(
            HorizontalPodAutoscaler autoscaler,
            Scaled scaled,
            AutoscalerController.Figures figures,
            AdapterMetrics adapters) {
        this.autoscaler = autoscaler;
        this.scaled = scaled;
        this.figures = figures;
        this.adapters = adapters;
        this.tolerance =
                new Tolerance(
                        tolerance(autoscaler.spec().behavior().scaleUp()),
                        tolerance(autoscaler.spec().behavior().scaleDown()));
    }

    private static double tolerance(HPAScalingRules rules) {
        return rules.tolerance().map(Quantity::decimal).map(d -> d.doubleValue()).orElse(TOLERANCE);
    }

    /** What a metric says. */
    Reading of(MetricSpec metric) throws UnreadableException {
        return switch (metric.type()) {
            case "Resource" ->
                    resource(
                            metric.resource().name(), Optional.empty(), metric.resource().target());
            case "ContainerResource" ->
                    resource(
                            metric.containerResource().name(),
                            Optional.of(metric.containerResource().container()),
                            metric.containerResource().target());
            case "Pods" -> pods(metric.pods().metric(), metric.pods().target());
            case "Object" ->
                    object(
                            metric.object().describedObject(),
                            metric.object().metric(),
                            metric.object().target());
            case "External" -> external(metric.external().metric(), metric.external().target());
            default ->
                    throw new UnreadableException(
                            "InvalidMetricSourceType", "unknown metric type " + metric.type());
        };
    }

    private Reading resource(String name, Optional<String> container, MetricTarget target)
            throws UnreadableException {
        String reason =
                container.isPresent()
                        ? "FailedGetContainerResourceMetric"
                        : "FailedGetResourceMetric";
        boolean shares = target.type().equals("Utilization");
        PodFigures used;
        try {
            used = PodFigures.of(scaled.pods(), byPod(), name, container, shares);
        } catch (PodFigures.NoRequestException e) {
            throw new UnreadableException(
                    reason, "failed to get %s utilization: %s".formatted(name, e.getMessage()));
        } catch (ApiException | TransportException e) {
            throw new UnreadableException(reason, String.valueOf(e.getMessage()));
        }
        if (used.used().isEmpty()) {
            throw new UnreadableException(
                    reason,
                    "failed to get %s %s: did not receive metrics for targeted pods (pods might be unready)"
                            .formatted(name, shares ? "utilization" : "usage"));
        }
        Proposal proposal = Proposal.of(scaled.wanted(), used, target, name, tolerance);
        MetricStatus status =
                container.isPresent()
                        ? MetricStatus.builder()
                                .type("ContainerResource")
                                .containerResource(c ->
                                        c.name(name)
                                                .container(container.get())
                                                .current(proposal.current()))
                                .build()
                        : MetricStatus.builder()
                                .type("Resource")
                                .resource(r -> r.name(name).current(proposal.current()))
                                .build();
        String words =
                (container.isPresent() ? "container resource" : "resource")
                        + (shares ? " utilization (percentage of request)" : "");
        return new Reading(proposal, status, name + " " + words);
    }

    private Map<String, PodMetrics> byPod() {
        Map<String, PodMetrics> all = known;
        if (all == null) {
            all =
                    figures.of(autoscaler.namespace(), scaled.selector()).stream()
                            .collect(Collectors.toMap(PodMetrics::name, Function.identity()));
            known = all;
        }
        return all;
    }

    private interface Question<T> {
        T ask();
    }

    private static <T> T answer(String type, Question<T> question) throws UnreadableException {
        try {
            return question.ask();
        } catch (ApiException | TransportException e) {
            throw new UnreadableException(
                    "FailedGet" + type + "Metric",
                    "unable to get metric: " + String.valueOf(e.getMessage()));
        }
    }

    private Reading pods(MetricIdentifier metric, MetricTarget target) throws UnreadableException {
        Map<String, Long> values =
                answer(
                        "Pods",
                        () -> adapters.ofPods(autoscaler.namespace(), scaled.selector(), metric));
        PodFigures used = PodFigures.of(scaled.pods(), values);
        if (used.used().isEmpty()) {
            throw new UnreadableException(
                    "FailedGetPodsMetric",
                    "the adapter has no %s of any pod that counts".formatted(metric.name()));
        }
        Proposal proposal = Proposal.of(scaled.wanted(), used, target, "", tolerance);
        return new Reading(
                proposal,
                MetricStatus.builder()
                        .type("Pods")
                        .pods(p -> p.metric(metric).current(proposal.current()))
                        .build(),
                "pods metric " + metric.name());
    }

    private Reading object(
            CrossVersionObjectReference object, MetricIdentifier metric, MetricTarget target)
            throws UnreadableException {
        long value =
                answer("Object", () -> adapters.ofObject(autoscaler.namespace(), object, metric));
        Proposal proposal = whole(value, target);
        return new Reading(
                proposal,
                MetricStatus.builder()
                        .type("Object")
                        .object(o ->
                                o.describedObject(object)
                                        .metric(metric)
                                        .current(proposal.current()))
                        .build(),
                object.kind() + " metric " + metric.name());
    }

    private Reading external(MetricIdentifier metric, MetricTarget target)
            throws UnreadableException {
        long value = answer("External", () -> adapters.external(autoscaler.namespace(), metric));
        Proposal proposal = whole(value, target);
        return new Reading(
                proposal,
                MetricStatus.builder()
                        .type("External")
                        .external(e -> e.metric(metric).current(proposal.current()))
                        .build(),
                "external metric " + metric.name());
    }

    /** What a value asks for that is of all pods together. */
    private Proposal whole(long value, MetricTarget target) {
        return target.averageValue().isPresent()
                ? Proposal.ofShare(
                        scaled.there(), value, target.averageValue().get().milliValue(), tolerance)
                : Proposal.ofValue(
                        scaled.wanted(),
                        scaled.ready(),
                        value,
                        target.value().map(Quantity::milliValue).orElse(1L),
                        tolerance);
    }
}
