package dev.quilla.controller.autoscaling;

import dev.quilla.model.autoscaling.v2.HPAScalingPolicy;
import dev.quilla.model.autoscaling.v2.HPAScalingRules;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far and how fast one autoscaler may go: its bounds, its policies, and what it proposed and
 * did lately. The rules without which it is made are Kubernetes' own.
 */
final class Scaling {

    private static final int DOWN_WINDOW_SECONDS = 300;
    private static final List<HPAScalingPolicy> UP =
            List.of(policy("Pods", 4), policy("Percent", 100));
    private static final List<HPAScalingPolicy> DOWN = List.of(policy("Percent", 100));

    private final HorizontalPodAutoscaler autoscaler;
    private final History history;
    private final Instant now;

    Scaling(HorizontalPodAutoscaler autoscaler, History history, Instant now) {
        this.autoscaler = autoscaler;
        this.history = history;
        this.now = now;
    }

    /**
     * What is decided.
     *
     * @param stabilized a reason of AbleToScale: whether an earlier proposal holds it back
     * @param limited a reason of ScalingLimited
     */
    record Decision(int replicas, String stabilized, String limited) {
        boolean isLimited() {
            return !limited.equals("DesiredWithinRange");
        }
    }

    int min() {
        return autoscaler.spec().hasMinReplicas() ? autoscaler.spec().minReplicas() : 1;
    }

    int max() {
        return autoscaler.spec().maxReplicas();
    }

    Decision decide(int current, int proposed) {
        history.propose(now, proposed);
        int up = least(proposed, window(up(), 0));
        int down = most(proposed, window(down(), DOWN_WINDOW_SECONDS));
        int stable = Math.min(Math.max(current, up), down);
        String stabilized =
                stable == proposed
                        ? "ReadyForNewScale"
                        : proposed < stable ? "ScaleDownStabilized" : "ScaleUpStabilized";
        return stable > current
                ? raised(current, stable, stabilized)
                : lowered(current, stable, stabilized);
    }

    private Decision raised(int current, int wanted, String stabilized) {
        int allowed = upLimit(current);
        if (wanted > Math.min(allowed, max())) {
            return allowed < max()
                    ? new Decision(allowed, stabilized, "ScaleUpLimit")
                    : new Decision(max(), stabilized, "TooManyReplicas");
        }
        return within(wanted, stabilized);
    }

    private Decision lowered(int current, int wanted, String stabilized) {
        int allowed = downLimit(current);
        if (wanted < current && wanted < Math.max(allowed, min())) {
            return allowed > min()
                    ? new Decision(allowed, stabilized, "ScaleDownLimit")
                    : new Decision(Math.min(min(), current), stabilized, "TooFewReplicas");
        }
        return within(wanted, stabilized);
    }

    private Decision within(int wanted, String stabilized) {
        if (wanted < min()) {
            return new Decision(min(), stabilized, "TooFewReplicas");
        }
        return wanted > max()
                ? new Decision(max(), stabilized, "TooManyReplicas")
                : new Decision(wanted, stabilized, "DesiredWithinRange");
    }

    private int upLimit(int current) {
        if (up().selectPolicy().equals("Disabled")) {
            return current;
        }
        IntStream limits =
                policies(up(), UP).stream()
                        .mapToInt(p -> {
                            int start = current - changed(p);
                            return p.type().equals("Pods")
                                    ? start + p.value()
                                    : (int) Math.ceil(start * (1 + p.value() / 100.0));
                        });
        int limit = up().selectPolicy().equals("Min") ? least(limits) : most(limits);
        return Math.max(current, limit);
    }

    private int downLimit(int current) {
        if (down().selectPolicy().equals("Disabled")) {
            return current;
        }
        IntStream limits =
                policies(down(), DOWN).stream()
                        .mapToInt(p -> {
                            int start = current - changed(p);
                            return p.type().equals("Pods")
                                    ? start - p.value()
                                    : (int) Math.floor(start * (1 - p.value() / 100.0));
                        });
        int limit = down().selectPolicy().equals("Min") ? most(limits) : least(limits);
        return Math.min(current, Math.max(0, limit));
    }

    private int changed(HPAScalingPolicy policy) {
        return history.changedSince(now.minusSeconds(policy.periodSeconds()));
    }

    private HPAScalingRules up() {
        return autoscaler.spec().behavior().scaleUp();
    }

    private HPAScalingRules down() {
        return autoscaler.spec().behavior().scaleDown();
    }

    private static List<HPAScalingPolicy> policies(
            HPAScalingRules rules, List<HPAScalingPolicy> usual) {
        return rules.hasPolicies() ? rules.policies() : usual;
    }

    private static Duration window(HPAScalingRules rules, int usualSeconds) {
        return Duration.ofSeconds(
                rules.hasStabilizationWindowSeconds()
                        ? rules.stabilizationWindowSeconds()
                        : usualSeconds);
    }

    private int least(int proposed, Duration window) {
        return Math.min(proposed, history.proposals(now.minus(window)).min().orElse(proposed));
    }

    private int most(int proposed, Duration window) {
        return Math.max(proposed, history.proposals(now.minus(window)).max().orElse(proposed));
    }

    private static int least(IntStream limits) {
        return limits.min().orElseThrow();
    }

    private static int most(IntStream limits) {
        return limits.max().orElseThrow();
    }

    private static HPAScalingPolicy policy(String type, int value) {
        return HPAScalingPolicy.builder().type(type).value(value).periodSeconds(15).build();
    }
}
