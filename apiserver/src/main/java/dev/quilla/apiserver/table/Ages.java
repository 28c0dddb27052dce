package dev.quilla.apiserver.table;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Spans of time as tables show them: two units at the most. */
final class Ages {

    private Ages() {}

    static String since(Optional<Instant> start, Instant now) {
        return start.map(s -> span(Duration.between(s, now))).orElse("<unknown>");
    }

    static String span(Duration duration) {
        long s = Math.max(0, duration.toSeconds());
        if (s < 120) {
            return s + "s";
        }
        long m = s / 60;
        if (m < 10) {
            return s % 60 == 0 ? m + "m" : m + "m" + s % 60 + "s";
        }
        if (m < 180) {
            return m + "m";
        }
        long h = m / 60;
        if (h < 8) {
            return m % 60 == 0 ? h + "h" : h + "h" + m % 60 + "m";
        }
        if (h < 48) {
            return h + "h";
        }
        long d = h / 24;
        if (d < 8) {
            return h % 24 == 0 ? d + "d" : d + "d" + h % 24 + "h";
        }
        return d < 365 * 2 ? d + "d" : d / 365 + "y" + (d % 365 == 0 ? "" : d % 365 + "d");
    }
}
