package dev.quilla.apiserver.http;

import dev.quilla.apiserver.exposition.Exposition;
import dev.quilla.apiserver.exposition.Histogram;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests and the time they take, under the names and labels that Kubernetes' API server
 * has for them. Thread-safe; its size is bounded.
 */
final class RequestCounter {

    /** Kubernetes' own bounds, in seconds. */
    private static final Histogram.Bounds SECONDS =
            Histogram.Bounds.of(
                    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10,
                    15, 20, 30, 45, 60);

    /** Names come from clients: beyond this many kinds of requests they are counted together. */
    private static final int KINDS_MAX = 1_000;

    private static final Map<String, String> METHODS = Map.of("create", "POST", "update", "PUT");

    private static final Set<String> READS = Set.of("get", "list", "watch", "head", "options");

    /**
     * What requests have in common that are counted together; labels are made of it only when
     * somebody reads them.
     */
    private record Kind(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String scope) {

        /** Those of which nothing is told. */
        private static final Kind OTHER = new Kind("other", "", "", "", "", "");

        static Kind of(RequestInfo info) {
            return new Kind(
                    plain(info.verb()),
                    plain(info.group()),
                    plain(info.version()),
                    plain(info.resource()),
                    plain(info.subresource()),
                    scope(info));
        }

        private static String scope(RequestInfo info) {
            if (!info.isResource()) {
                return "";
            }
            if (!info.name().isEmpty() || info.verb().equals("create")) {
                return "resource";
            }
            return info.namespace().isEmpty() ? "cluster" : "namespace";
        }

        String labels() {
            return "verb=\"%s\",group=\"%s\",version=\"%s\",resource=\"%s\",subresource=\"%s\",scope=\"%s\",component=\"apiserver\""
                    .formatted(
                            METHODS.getOrDefault(verb, verb.toUpperCase(Locale.ROOT)),
                            group,
                            version,
                            resource,
                            subresource,
                            scope);
        }

        /** Nothing that a client sends may end a label, or a line. */
        private static String plain(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                    return "other";
                }
            }
            return text;
        }
    }

    private static final class Figures {
        private final Histogram seconds = new Histogram(SECONDS);
        private final Map<Integer, LongAdder> codes = new ConcurrentSkipListMap<>();
    }

    private final ConcurrentHashMap<Kind, Figures> figures = new ConcurrentHashMap<>();
    private final LongAdder reading = new LongAdder();
    private final LongAdder writing = new LongAdder();

    /** A request comes. */
    void begin(RequestInfo info) {
        running(info).increment();
    }

    /** A request has been answered. */
    void end(RequestInfo info, int code, long nanos) {
        running(info).decrement();
        Figures of = figures(Kind.of(info));
        of.seconds.observeNanos(nanos);
        of.codes.computeIfAbsent(code, c -> new LongAdder()).increment();
    }

    private LongAdder running(RequestInfo info) {
        return READS.contains(info.verb()) ? reading : writing;
    }

    private Figures figures(Kind kind) {
        Figures known = figures.get(kind);
        if (known != null) {
            return known;
        }
        return figures.computeIfAbsent(
                figures.size() < KINDS_MAX ? kind : Kind.OTHER, k -> new Figures());
    }

    String text() {
        Map<String, Figures> sorted = new TreeMap<>();
        figures.forEach((kind, of) -> sorted.put(kind.labels(), of));
        Exposition text = new Exposition();
        text.counters("apiserver_request_total", "Requests that were answered, by what they were.");
        sorted.forEach((labels, of) ->
                of.codes.forEach(
                        (code, count) -> text.add(labels + ",code=\"" + code + "\"", count.sum())));
        text.histograms(
                "apiserver_request_duration_seconds",
                "How long requests took until they were answered; watches, until they ended.");
        sorted.forEach((labels, of) -> text.add(labels, of.seconds));
        text.gauges(
                        "apiserver_current_inflight_requests",
                        "Requests that are being answered, watches among them.")
                .add("request_kind=\"mutating\"", writing.sum())
                .add("request_kind=\"readOnly\"", reading.sum());
        return text.text();
    }
}
