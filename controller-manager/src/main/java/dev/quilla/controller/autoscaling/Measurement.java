package dev.quilla.controller.autoscaling;

import dev.quilla.controller.autoscaling.Reading.UnreadableException;
import dev.quilla.model.autoscaling.v2.MetricSpec;
import dev.quilla.model.autoscaling.v2.MetricStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    Measurement {
        statuses = List.copyOf(statuses);
    }

    static Measurement of(List<MetricSpec> metrics, Readings readings) {
        Measurement all = new Measurement(0, "", List.of(), Optional.empty(), "");
        for (MetricSpec metric : metrics) {
            try {
                all = all.with(readings.of(metric));
            } catch (UnreadableException e) {
                all = all.failed(e.reason(), String.valueOf(e.getMessage()));
            }
        }
        return all;
    }

    private Measurement with(Reading reading) {
        List<MetricStatus> shown = new ArrayList<>(statuses);
        shown.add(reading.status());
        boolean counts = reading.proposal().replicas() > replicas;
        return new Measurement(
                counts ? reading.proposal().replicas() : replicas,
                counts ? reading.words() : what,
                shown,
                failure,
                failureReason);
    }

    private Measurement failed(String reason, String why) {
        return failure.isPresent()
                ? this
                : new Measurement(replicas, what, statuses, Optional.of(why), reason);
    }
}
