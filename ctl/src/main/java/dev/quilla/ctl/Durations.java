package dev.quilla.ctl;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 500ms}, {@code 0}. */
final class Durations {

    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Durations() {}

    /** A time; empty where it is none. */
    static Optional<Duration> parse(String text) {
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        Duration sum = Duration.ZERO;
        Matcher matcher = PART.matcher(text);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            sum = sum.plus(of(Long.parseLong(matcher.group(1)), matcher.group(2)));
            end = matcher.end();
        }
        return end == text.length() && end > 0 ? Optional.of(sum) : Optional.empty();
    }

    private static Duration of(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
