package dev.quilla.apiserver.audit;

import dev.quilla.apiserver.request.RequestInfo;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Begins the trails of requests. Thread-safe. */
public final class Audit {

    /** Records nothing, and costs nothing. */
    public static final Audit OFF = new Audit(Optional.empty());

    /**
     * How events come about.
     *
     * @param sinks all of which get each event
     * @param newId makes the ids of requests that bring none
     */
    public record Recording(
            AuditPolicy policy,
            List<AuditSink> sinks,
            InstantSource clock,
            Supplier<String> newId) {
        public Recording {
            sinks = List.copyOf(sinks);
        }
    }

    /**
     * Where a request comes from.
     *
     * @param id its own, by which others know it; empty for a new one
     * @param uri path and query
     * @param agent the program that asks, as it calls itself
     * @param addresses of those that it came by, the first one first
     */
    public record Origin(String id, String uri, String agent, List<String> addresses) {
        public Origin {
            addresses = List.copyOf(addresses);
        }
    }

    private final Optional<Recording> recording;

    private Audit(Optional<Recording> recording) {
        this.recording = recording;
    }

    /** Records so. */
    public static Audit of(Recording recording) {
        return new Audit(Optional.of(recording));
    }

    /** Begins a request's trail; asks for the origin only where it is recorded. */
    public AuditTrail begin(RequestInfo info, Supplier<Origin> origin) {
        return recording.isEmpty()
                ? AuditTrail.NONE
                : new RecordedTrail(recording.get(), info, origin.get());
    }

    /** Figures, as Prometheus reads them; empty where nothing is recorded. */
    public String metrics() {
        List<AuditSink> sinks = recording.map(Recording::sinks).orElse(List.of());
        return figure(sinks, "apiserver_audit_event_total", AuditSink.Counts::taken)
                + figure(sinks, "quilla_audit_dropped_total", AuditSink.Counts::dropped)
                + figure(sinks, "quilla_audit_failed_total", AuditSink.Counts::failed);
    }

    private static String figure(
            List<AuditSink> sinks, String name, ToLongFunction<AuditSink.Counts> value) {
        StringBuilder text = new StringBuilder();
        for (AuditSink sink : sinks) {
            if (text.isEmpty()) {
                text.append("# TYPE ").append(name).append(" counter\n");
            }
            text.append(
                    "%s{backend=\"%s\"} %d\n"
                            .formatted(name, sink.name(), value.applyAsLong(sink.counts())));
        }
        return text.toString();
    }
}
