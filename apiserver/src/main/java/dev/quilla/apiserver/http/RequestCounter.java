package dev.quilla.apiserver.http;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests and the time they take, by verb, resource and code. Thread-safe. */
final class RequestCounter {

    private record Kind(String verb, String resource, int code) implements Comparable<Kind> {

        @Override
        public int compareTo(Kind other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return "verb=\"%s\",resource=\"%s\",code=\"%d\"".formatted(verb, resource, code);
        }
    }

    private record Sums(LongAdder count, LongAdder nanos) {}

    /** Resources are not counted by name, so that nobody can make this grow without end. */
    private static final int KINDS_MAX = 2_000;

    private final ConcurrentSkipListMap<Kind, Sums> sums = new ConcurrentSkipListMap<>();

    void count(String verb, String resource, int code, long nanos) {
        Kind kind = new Kind(verb, sums.size() < KINDS_MAX ? resource : "other", code);
        Sums sum = sums.computeIfAbsent(kind, k -> new Sums(new LongAdder(), new LongAdder()));
        sum.count().increment();
        sum.nanos().add(nanos);
    }

    String text() {
        StringBuilder text =
                new StringBuilder("# TYPE apiserver_request_duration_seconds summary\n");
        sums.forEach((kind, sum) ->
                text.append(
                        "apiserver_request_duration_seconds_count{%s} %d\n"
                                        .formatted(kind, sum.count().sum())
                                + "apiserver_request_duration_seconds_sum{%s} %.6f\n"
                                        .formatted(kind, sum.nanos().sum() / 1e9)));
        return text.toString();
    }
}
