package dev.quilla.controller.autoscaling;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.controller.Controller;
import dev.quilla.controller.ServedKinds;
import dev.quilla.controller.Trigger;
import dev.quilla.controller.autoscaling.Scaling.Decision;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.metrics.v1beta1.PodMetrics;
import dev.quilla.model.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps as many replicas as metrics ask for; looks every 15 seconds. */
public final class AutoscalerController implements Controller {

    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final String ABLE = "AbleToScale";
    private static final String ACTIVE = "ScalingActive";
    private static final String LIMITED = "ScalingLimited";
    private static final String NO_SCALE =
            "the HPA controller was unable to get the target's current scale: ";

    private final ApiClient client;
    private final Informer<HorizontalPodAutoscaler> autoscalers;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final Figures figures;
    private final ServedKinds kinds;
    private final AdapterMetrics adapters;
    private final InstantSource clock;
    private final Map<ObjectKey, History> histories = new ConcurrentHashMap<>();

    /** Where the figures of pods come from. */
    interface Figures {

        /** The pods that a selector chooses, as far as there are figures of them. */
        List<PodMetrics> of(String namespace, String selector);
    }

    /** Works through a client and shared informers. */
    public AutoscalerController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this(
                client,
                informers,
                events,
                (namespace, selector) ->
                        client.resource(Resources.POD_METRICS)
                                .list(
                                        ListOptions.inNamespace(namespace)
                                                .withLabelSelector(selector))
                                .items(),
                clock);
    }

    AutoscalerController(
            ApiClient client,
            Informers informers,
            EventRecorder events,
            Figures figures,
            InstantSource clock) {
        this.client = client;
        this.autoscalers = informers.of(Resources.HORIZONTAL_POD_AUTOSCALERS);
        this.pods = informers.of(Resources.PODS);
        this.events = events;
        this.figures = figures;
        this.kinds = new ServedKinds(client.transport());
        this.adapters = new AdapterMetrics(client.transport(), kinds);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "horizontalpodautoscaler";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(add -> autoscalers.onChange(change -> woken(change).ifPresent(add)));
    }

    /** What it says itself, which changes with each look, is no reason to look again. */
    private static Optional<ObjectKey> woken(Change<? extends HorizontalPodAutoscaler> change) {
        return switch (change) {
            case Change.Added<? extends HorizontalPodAutoscaler>(var object) ->
                    Optional.of(object.key());
            case Change.Updated<? extends HorizontalPodAutoscaler>(var before, var now) ->
                    before.spec().equals(now.spec()) ? Optional.empty() : Optional.of(now.key());
            case Change.Deleted<? extends HorizontalPodAutoscaler>(var last) ->
                    Optional.of(last.key());
        };
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<HorizontalPodAutoscaler> found = autoscalers.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            histories.remove(key);
            return Outcome.DONE;
        }
        HorizontalPodAutoscaler autoscaler = found.get();
        Instant now = clock.instant();
        Report report = new Report(autoscaler, now);
        look(autoscaler, report, now);
        HorizontalPodAutoscaler after = report.done();
        if (!after.equals(autoscaler)) {
            client.resource(Resources.HORIZONTAL_POD_AUTOSCALERS).updateStatus(after);
        }
        return new Outcome.After(PERIOD);
    }

    private void look(HorizontalPodAutoscaler autoscaler, Report report, Instant now) {
        Optional<Target> target;
        try {
            target = Target.of(client, kinds, autoscaler);
        } catch (ApiException e) {
            fail(autoscaler, report, ABLE, "FailedGetScale", NO_SCALE + e.getMessage());
            return;
        }
        if (target.isEmpty()) {
            var reference = autoscaler.spec().scaleTargetRef();
            fail(
                    autoscaler,
                    report,
                    ABLE,
                    "FailedGetScale",
                    (NO_SCALE + "no kind %s in %s can be scaled")
                            .formatted(reference.kind(), reference.apiVersion()));
            return;
        }
        Scale scale;
        try {
            scale = target.get().read();
        } catch (ApiException e) {
            fail(autoscaler, report, ABLE, "FailedGetScale", NO_SCALE + e.getMessage());
            return;
        }
        report.condition(
                ABLE,
                true,
                "SucceededGetScale",
                "the HPA controller was able to get the target's current scale");
        scale(autoscaler, target.get(), scale, report, now);
    }

    private void scale(
            HorizontalPodAutoscaler autoscaler,
            Target target,
            Scale scale,
            Report report,
            Instant now) {
        int current = scale.spec().replicas();
        History history = histories.computeIfAbsent(autoscaler.key(), k -> new History());
        if (history.isNew()) {
            // What there is was somebody's decision: it is not undone at once by a new leader.
            history.propose(now, current);
        }
        Scaling scaling = new Scaling(autoscaler, history, now);
        report.replicas(scale.status().replicas(), autoscaler.status().desiredReplicas());
        if (current == 0 && scaling.min() > 0) {
            report.replicas(scale.status().replicas(), 0);
            report.condition(
                    ACTIVE,
                    false,
                    "ScalingDisabled",
                    "scaling is disabled since the replica count of the target is zero");
            return;
        }
        Optional<Wish> wish = wish(autoscaler, scaling, scale, report);
        if (wish.isEmpty()) {
            return;
        }
        Decision decision =
                wish.get().bounded()
                        ? new Decision(wish.get().replicas(), "ReadyForNewScale", wish.get().why())
                        : scaling.decide(current, wish.get().replicas());
        tell(decision, report);
        report.replicas(scale.status().replicas(), decision.replicas());
        if (decision.replicas() != current) {
            rescale(autoscaler, target, scale, decision.replicas(), wish.get().reason(), report);
            history.change(now, decision.replicas() - current);
            report.scaled();
        }
    }

    /**
     * How many replicas are wanted.
     *
     * @param bounded because there are more or fewer than there may be at all
     * @param why of what is bounded: a reason of ScalingLimited
     */
    private record Wish(int replicas, boolean bounded, String why, String reason) {}

    private Optional<Wish> wish(
            HorizontalPodAutoscaler autoscaler, Scaling scaling, Scale scale, Report report) {
        int current = scale.spec().replicas();
        if (current > scaling.max()) {
            return Optional.of(
                    new Wish(
                            scaling.max(),
                            true,
                            "TooManyReplicas",
                            "Current number of replicas above Spec.MaxReplicas"));
        }
        if (current < scaling.min()) {
            return Optional.of(
                    new Wish(
                            scaling.min(),
                            true,
                            "TooFewReplicas",
                            "Current number of replicas below Spec.MinReplicas"));
        }
        String selector = scale.status().selector();
        if (selector.isEmpty()) {
            fail(
                    autoscaler,
                    report,
                    ACTIVE,
                    "InvalidSelector",
                    "the HPA target's scale is missing a selector");
            return Optional.empty();
        }
        Selector chooses = Selector.parse(selector);
        List<Pod> chosen =
                pods.inNamespace(autoscaler.namespace())
                        .filter(p -> chooses.matches(p.metadata().labels()))
                        .toList();
        Measurement measurement =
                Measurement.of(
                        autoscaler.spec().metrics(),
                        new Readings(
                                autoscaler,
                                new Readings.Scaled(
                                        current, scale.status().replicas(), selector, chosen),
                                figures,
                                adapters));
        report.metrics(measurement.statuses());
        if (measurement.failure().isPresent() && measurement.replicas() <= current) {
            // What is not known might have asked for more: nothing is taken away.
            fail(
                    autoscaler,
                    report,
                    ACTIVE,
                    measurement.failureReason(),
                    "the HPA was unable to compute the replica count: "
                            + measurement.failure().get());
            return Optional.empty();
        }
        report.condition(
                ACTIVE,
                true,
                "ValidMetricFound",
                "the HPA was able to successfully calculate a replica count from "
                        + measurement.what());
        String reason =
                measurement.replicas() > current
                        ? measurement.what() + " above target"
                        : "All metrics below target";
        return Optional.of(new Wish(measurement.replicas(), false, "", reason));
    }

    private static void tell(Decision decision, Report report) {
        report.condition(
                ABLE,
                true,
                decision.stabilized(),
                switch (decision.stabilized()) {
                    case "ScaleDownStabilized" ->
                            "recent recommendations were higher than current one, applying the highest recent recommendation";
                    case "ScaleUpStabilized" ->
                            "recent recommendations were lower than current one, applying the lowest recent recommendation";
                    default -> "recommended size matches current size";
                });
        report.condition(
                LIMITED,
                decision.isLimited(),
                decision.limited(),
                switch (decision.limited()) {
                    case "TooManyReplicas" ->
                            "the desired replica count is more than the maximum replica count";
                    case "TooFewReplicas" ->
                            "the desired replica count is less than the minimum replica count";
                    case "ScaleUpLimit" ->
                            "the desired replica count is increasing faster than the maximum scale rate";
                    case "ScaleDownLimit" ->
                            "the desired replica count is decreasing faster than the maximum scale rate";
                    default -> "the desired count is within the acceptable range";
                });
    }

    private void rescale(
            HorizontalPodAutoscaler autoscaler,
            Target target,
            Scale scale,
            int replicas,
            String reason,
            Report report) {
        target.write(scale, replicas);
        report.condition(
                ABLE,
                true,
                "SucceededRescale",
                "the HPA controller was able to update the target scale to " + replicas);
        events.record(
                autoscaler,
                EventType.NORMAL,
                "SuccessfulRescale",
                "New size: %d; reason: %s".formatted(replicas, reason));
    }

    private void fail(
            HorizontalPodAutoscaler autoscaler,
            Report report,
            String condition,
            String reason,
            String message) {
        report.condition(condition, false, reason, message);
        events.record(autoscaler, EventType.WARNING, reason, message);
    }
}
