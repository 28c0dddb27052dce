package dev.quilla.apiserver.custom;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Lengths of time as schemas have them: {@code 1h30m}, or {@code 2 weeks}. */
final class Durations {

    private static final String AMOUNT =
            "([0-9]*\\.?[0-9]+) ?(nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?"
                    + "|hours?|days?|weeks?|ns|us|µs|ms|s|m|h|d|w) ?";
    private static final Pattern WHOLE = Pattern.compile("^[-+]?(0|(" + AMOUNT + ")+)$");
    private static final Pattern PART = Pattern.compile(AMOUNT);

    private Durations() {}

    static boolean isDuration(String text) {
        return WHOLE.matcher(text).matches();
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static Duration parse(String text) {
        if (!isDuration(text)) {
            throw new IllegalArgumentException("not a duration: " + text);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long unit = unit(part.group(2)).getDuration().toNanos();
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        Duration length = Duration.ofNanos(nanos.longValue());
        return text.startsWith("-") ? length.negated() : length;
    }

    private static ChronoUnit unit(String word) {
        return switch (word) {
            case "ns", "nanosecond", "nanoseconds" -> ChronoUnit.NANOS;
            case "us", "µs", "microsecond", "microseconds" -> ChronoUnit.MICROS;
            case "ms", "millisecond", "milliseconds" -> ChronoUnit.MILLIS;
            case "s", "second", "seconds" -> ChronoUnit.SECONDS;
            case "m", "minute", "minutes" -> ChronoUnit.MINUTES;
            case "h", "hour", "hours" -> ChronoUnit.HOURS;
            case "d", "day", "days" -> ChronoUnit.DAYS;
            default -> ChronoUnit.WEEKS;
        };
    }
}
