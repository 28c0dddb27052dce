package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v2.CrossVersionObjectReference;
import dev.quilla.model.autoscaling.v2.HPAScalingPolicy;
import dev.quilla.model.autoscaling.v2.HPAScalingRules;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscalerSpec;
import dev.quilla.model.autoscaling.v2.MetricSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Horizontal pod autoscalers: what is left out is one replica at least, and 80% of processors. */
final class AutoscalerKind implements KindBehaviour {

    private static final List<String> SELECTIONS = List.of("Disabled", "Max", "Min");
    private static final List<String> POLICIES = List.of("Percent", "Pods");
    private static final int UTILIZATION = 80;
    private static final int WINDOW_SECONDS_MAX = 3600;
    private static final int PERIOD_SECONDS_MAX = 1800;

    @Override
    public Struct defaults(Struct object) {
        HorizontalPodAutoscaler autoscaler = new HorizontalPodAutoscaler(object);
        HorizontalPodAutoscalerSpec.Builder spec = autoscaler.spec().toBuilder();
        if (!autoscaler.spec().hasMinReplicas()) {
            spec.minReplicas(1);
        }
        if (autoscaler.spec().metrics().isEmpty()) {
            spec.metrics(List.of(processors()));
        }
        if (autoscaler.spec().hasBehavior()) {
            var behavior = autoscaler.spec().behavior();
            spec.behavior(b ->
                    b.scaleUp(
                                    rules(
                                            behavior.scaleUp(),
                                            Optional.of(0),
                                            List.of(policy("Pods", 4), policy("Percent", 100))))
                            .scaleDown(
                                    rules(
                                            behavior.scaleDown(),
                                            Optional.empty(),
                                            List.of(policy("Percent", 100)))));
        }
        return autoscaler.toBuilder().spec(spec.build()).build().struct();
    }

    private static MetricSpec processors() {
        return MetricSpec.builder()
                .type("Resource")
                .resource(r ->
                        r.name("cpu")
                                .target(t -> t.type("Utilization").averageUtilization(UTILIZATION)))
                .build();
    }

    private static HPAScalingRules rules(
            HPAScalingRules sent, Optional<Integer> window, List<HPAScalingPolicy> policies) {
        HPAScalingRules.Builder rules = sent.toBuilder();
        if (!sent.hasStabilizationWindowSeconds()) {
            window.ifPresent(rules::stabilizationWindowSeconds);
        }
        if (!sent.hasSelectPolicy()) {
            rules.selectPolicy("Max");
        }
        if (sent.policies().isEmpty()) {
            rules.policies(policies);
        }
        return rules.build();
    }

    private static HPAScalingPolicy policy(String type, int value) {
        return HPAScalingPolicy.builder().type(type).value(value).periodSeconds(15).build();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        HorizontalPodAutoscalerSpec spec = new HorizontalPodAutoscaler(object).spec();
        List<FieldError> errors = new ArrayList<>();
        target(
                spec.scaleTargetRef(),
                before.map(b -> new HorizontalPodAutoscaler(b).spec().scaleTargetRef()),
                errors);
        if (spec.maxReplicas() < spec.minReplicas()) {
            errors.add(
                    FieldError.invalid(
                            "spec.maxReplicas",
                            spec.maxReplicas(),
                            "must be greater than or equal to `minReplicas`"));
        }
        for (int i = 0; i < spec.metrics().size(); i++) {
            MetricRules.check(spec.metrics().get(i), "spec.metrics[" + i + "]", errors);
        }
        if (spec.hasBehavior()) {
            rules(spec.behavior().scaleUp(), "spec.behavior.scaleUp", errors);
            rules(spec.behavior().scaleDown(), "spec.behavior.scaleDown", errors);
        }
        return errors;
    }

    /** Part of a path; that it is there is asked for by the schema. */
    private static void segment(String at, String text, List<FieldError> errors) {
        if (!text.isEmpty()) {
            Names.pathSegment(text).ifPresent(why -> errors.add(FieldError.invalid(at, text, why)));
        }
    }

    /** What is scaled is of a group, but for what is older than those. */
    private static void target(
            CrossVersionObjectReference target,
            Optional<CrossVersionObjectReference> before,
            List<FieldError> errors) {
        String at = "spec.scaleTargetRef";
        segment(at + ".kind", target.kind(), errors);
        segment(at + ".name", target.name(), errors);
        boolean known =
                before.filter(b -> b.apiVersion().equals(target.apiVersion()))
                        .filter(b -> b.kind().equals(target.kind()))
                        .isPresent();
        if (!known
                && !target.apiVersion().contains("/")
                && !target.kind().equals("ReplicationController")) {
            errors.add(
                    FieldError.invalid(
                            at + ".apiVersion",
                            target.apiVersion(),
                            "apiVersion must specify API group"));
        }
    }

    private static void rules(HPAScalingRules rules, String at, List<FieldError> errors) {
        if (rules.stabilizationWindowSeconds() < 0
                || rules.stabilizationWindowSeconds() > WINDOW_SECONDS_MAX) {
            errors.add(
                    FieldError.invalid(
                            at + ".stabilizationWindowSeconds",
                            rules.stabilizationWindowSeconds(),
                            "must be between 0 and 3600, inclusive"));
        }
        if (!rules.selectPolicy().isEmpty() && !SELECTIONS.contains(rules.selectPolicy())) {
            errors.add(
                    FieldError.notSupported(
                            at + ".selectPolicy", rules.selectPolicy(), SELECTIONS));
        }
        rules.tolerance()
                .filter(tolerance -> tolerance.decimal().signum() < 0)
                .ifPresent(tolerance ->
                        errors.add(
                                FieldError.invalid(
                                        at + ".tolerance",
                                        tolerance,
                                        "must be greater or equal to 0")));
        for (int i = 0; i < rules.policies().size(); i++) {
            HPAScalingPolicy policy = rules.policies().get(i);
            String where = at + ".policies[" + i + "]";
            if (!policy.type().isEmpty() && !POLICIES.contains(policy.type())) {
                errors.add(FieldError.notSupported(where + ".type", policy.type(), POLICIES));
            }
            if (policy.value() <= 0) {
                errors.add(
                        FieldError.invalid(
                                where + ".value", policy.value(), "must be greater than zero"));
            }
            if (policy.periodSeconds() <= 0 || policy.periodSeconds() > PERIOD_SECONDS_MAX) {
                errors.add(
                        FieldError.invalid(
                                where + ".periodSeconds",
                                policy.periodSeconds(),
                                "must be between 1 and 1800, inclusive"));
            }
        }
    }
}
