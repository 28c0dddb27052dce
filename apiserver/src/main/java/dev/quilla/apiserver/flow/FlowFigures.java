package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.exposition.Histogram;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests of one flow schema. Thread-safe. */
final class FlowFigures {

    /** Kubernetes' own bounds, in seconds. */
    private static final Histogram.Bounds SECONDS =
            Histogram.Bounds.of(0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30);

    private final LongAdder dispatched = new LongAdder();
    private final Histogram waitedThenRan = new Histogram(SECONDS);
    private final Histogram waitedInVain = new Histogram(SECONDS);
    private final Histogram requestsRan = new Histogram(SECONDS);
    private final Histogram watchesBegan = new Histogram(SECONDS);
    private final Histogram queueLength =
            new Histogram(Histogram.Bounds.of(0, 10, 25, 50, 100, 250, 500, 1000));
    private final Histogram seats = new Histogram(Histogram.Bounds.of(1, 2, 4, 10));
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);

    /** Why a request was refused. */
    enum Refusal {
        CONCURRENCY_LIMIT,
        QUEUE_FULL,
        TIME_OUT,
        CANCELLED;

        /** As Kubernetes' metrics call it. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    FlowFigures() {
        for (Refusal why : Refusal.values()) {
            refused.put(why, new LongAdder());
        }
    }

    /** Requests that came, whether or not they were refused afterwards. */
    LongAdder dispatched() {
        return dispatched;
    }

    /**
     * How long requests waited, in seconds.
     *
     * @param ran whether of those that ran then, or of those that gave up
     */
    Histogram waited(boolean ran) {
        return ran ? waitedThenRan : waitedInVain;
    }

    /** How long requests had their seats, in seconds; watches have them until they have begun. */
    Histogram ran(boolean watch) {
        return watch ? watchesBegan : requestsRan;
    }

    /** How long queues were when a request had joined them, in requests. */
    Histogram queueLength() {
        return queueLength;
    }

    /** What requests were thought to be worth, in seats. */
    Histogram seats() {
        return seats;
    }

    void refused(Refusal why) {
        Objects.requireNonNull(refused.get(why)).increment();
        dispatched.decrement();
    }

    long refusals(Refusal why) {
        return Objects.requireNonNull(refused.get(why)).sum();
    }
}
