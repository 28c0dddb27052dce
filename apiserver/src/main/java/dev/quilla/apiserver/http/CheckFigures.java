package dev.quilla.apiserver.http;

import dev.quilla.apiserver.exposition.Exposition;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How checks of health went: what each said last, and how often it said what, under the names and
 * labels that Kubernetes' components have for them at {@code /metrics/slis}. Thread-safe; its size
 * is bounded by the checks that there are.
 */
final class CheckFigures {

    private final Map<String, Integer> last = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> totals = new ConcurrentSkipListMap<>();

    /**
     * Counts a check.
     *
     * @param type where it was asked for: healthz, livez or readyz
     */
    void add(String name, String type, boolean well) {
        last.put("name=\"%s\",type=\"%s\"".formatted(name, type), well ? 1 : 0);
        totals.computeIfAbsent(
                        "name=\"%s\",status=\"%s\",type=\"%s\""
                                .formatted(name, well ? "success" : "error", type),
                        labels -> new LongAdder())
                .increment();
    }

    /** All of it, as Prometheus reads it. */
    String text() {
        Exposition text = new Exposition();
        text.gauges("kubernetes_healthcheck", "Whether a check was well when it was last made.");
        last.forEach(text::add);
        text.counters("kubernetes_healthchecks_total", "Checks by what they said.");
        totals.forEach((labels, count) -> text.add(labels, count.sum()));
        return text.text();
    }
}
