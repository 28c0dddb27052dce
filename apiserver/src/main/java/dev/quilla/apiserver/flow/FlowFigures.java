package dev.quilla.apiserver.flow;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests of one flow schema. Thread-safe. */
final class FlowFigures {

    private final LongAdder dispatched = new LongAdder();
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

    void refused(Refusal why) {
        Objects.requireNonNull(refused.get(why)).increment();
        dispatched.decrement();
    }

    long refusals(Refusal why) {
        return Objects.requireNonNull(refused.get(why)).sum();
    }
}
