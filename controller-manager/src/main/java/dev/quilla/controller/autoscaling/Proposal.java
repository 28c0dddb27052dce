package dev.quilla.controller.autoscaling;

import dev.quilla.model.Quantity;
import dev.quilla.model.autoscaling.v2.MetricTarget;
import dev.quilla.model.autoscaling.v2.MetricValueStatus;
import java.util.stream.Stream;

/**
 * How many replicas one metric asks for, and what it shows. The rules are those of "Algorithm
 * details" in Kubernetes' page on horizontal pod autoscaling.
 */
record Proposal(int replicas, MetricValueStatus current) {

    /** What a metric may be off before anything is done. */
    record Tolerance(double up, double down) {
        boolean holds(double ratio) {
            return ratio <= 1 + up && ratio >= 1 - down;
        }
    }

    /**
     * What is proposed.
     *
     * @param now how many replicas there are
     * @param figures of at least one pod
     */
    static Proposal of(
            int now,
            PodFigures figures,
            MetricTarget target,
            String resource,
            Tolerance tolerance) {
        return target.type().equals("Utilization")
                ? shares(now, figures, target, resource, tolerance)
                : values(now, figures, target, resource, tolerance);
    }

    private static Proposal shares(
            int now,
            PodFigures figures,
            MetricTarget target,
            String resource,
            Tolerance tolerance) {
        long requests = figures.requests(figures.used().keySet().stream());
        long wanted = target.averageUtilization();
        double share = requests == 0 ? 0 : 100.0 * figures.total() / requests;
        double ratio = share / wanted;
        // Pods without figures are taken to speak against a change: all or nothing of a request.
        long all = requests + figures.requests(figures.missing().stream());
        double missing = figures.requests(figures.missing().stream());
        double cautious =
                ratio > 1
                        ? 100.0 * figures.total() / withUnready(figures, all) / wanted
                        : 100.0
                                * (figures.total() + missing * Math.max(1, wanted / 100.0))
                                / all
                                / wanted;
        int replicas = decide(now, figures, ratio, cautious, tolerance);
        return new Proposal(
                replicas,
                MetricValueStatus.builder()
                        .averageUtilization((int) Math.floor(share))
                        .averageValue(average(figures, resource))
                        .build());
    }

    private static long withUnready(PodFigures figures, long all) {
        long every = figures.requests(figures.requested().keySet().stream());
        return Math.max(all, every);
    }

    private static Proposal values(
            int now,
            PodFigures figures,
            MetricTarget target,
            String resource,
            Tolerance tolerance) {
        double wanted = target.averageValue().map(Quantity::milliValue).orElse(1L);
        double ratio = figures.total() / wanted / figures.used().size();
        double cautious =
                ratio > 1
                        ? figures.total() / wanted / figures.pods()
                        : (figures.total() + wanted * figures.missing().size())
                                / wanted
                                / (figures.used().size() + figures.missing().size());
        int replicas = decide(now, figures, ratio, cautious, tolerance);
        return new Proposal(
                replicas,
                MetricValueStatus.builder().averageValue(average(figures, resource)).build());
    }

    /**
     * What one value asks for that all pods have together.
     *
     * @param ready how many pods are ready
     */
    static Proposal ofValue(int now, int ready, long value, long wanted, Tolerance tolerance) {
        double ratio = (double) value / wanted;
        int replicas =
                now > 0 && tolerance.holds(ratio)
                        ? now
                        : (int) Math.ceil(round(now > 0 ? ratio * ready : ratio));
        return new Proposal(
                replicas, MetricValueStatus.builder().value(Quantity.ofMilli(value)).build());
    }

    /**
     * What one value asks for of which each replica is to have a share.
     *
     * @param now how many replicas there are
     */
    static Proposal ofShare(int now, long value, long wanted, Tolerance tolerance) {
        double ratio = now == 0 ? Double.POSITIVE_INFINITY : (double) value / wanted / now;
        int replicas =
                tolerance.holds(ratio) ? now : (int) Math.ceil(round((double) value / wanted));
        long share = (long) Math.ceil((double) value / Math.max(1, now));
        return new Proposal(
                replicas,
                MetricValueStatus.builder().averageValue(Quantity.ofMilli(share)).build());
    }

    private static int decide(
            int now, PodFigures figures, double ratio, double cautious, Tolerance tolerance) {
        boolean allKnown = figures.missing().isEmpty() && (figures.unready() == 0 || ratio < 1);
        if (allKnown) {
            return tolerance.holds(ratio)
                    ? now
                    : (int) Math.ceil(round(ratio * figures.used().size()));
        }
        boolean turned = (ratio < 1) != (cautious < 1);
        if (tolerance.holds(cautious) || turned) {
            return now;
        }
        int counted =
                cautious > 1 ? figures.pods() : figures.used().size() + figures.missing().size();
        int proposed = (int) Math.ceil(round(cautious * counted));
        // What is not known is no reason to go the other way.
        return cautious > 1 ? Math.max(now, proposed) : Math.min(now, proposed);
    }

    /** What a product of fractions is off by rounding must not make one replica more. */
    private static double round(double value) {
        return Math.round(value * 1e6) / 1e6;
    }

    private static Quantity average(PodFigures figures, String resource) {
        long milli = figures.total() / figures.used().size();
        return resource.equals("memory") ? Quantity.of(milli / 1000) : Quantity.ofMilli(milli);
    }

    /** The largest of several. */
    static Proposal largest(Stream<Proposal> proposals) {
        return proposals.max((a, b) -> Integer.compare(a.replicas(), b.replicas())).orElseThrow();
    }
}
