package dev.quilla.controller.workload;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * When a cron job runs: the five fields of cron, each a set of numbers kept as bits. Where both the
 * day of the month and the day of the week are restricted, either will do, as cron has always had
 * it. Pure.
 *
 * @param anyDay whether the day of the month is unrestricted
 * @param anyWeekday whether the day of the week is; Sunday is 0
 * @param zone whose clock is meant; a time that a clock skips is skipped
 */
record CronSchedule(
        long minutes,
        long hours,
        long days,
        long months,
        long weekdays,
        boolean anyDay,
        boolean anyWeekday,
        ZoneId zone) {

    private static final Map<String, String> SHORT =
            Map.of(
                    "@yearly", "0 0 1 1 *",
                    "@annually", "0 0 1 1 *",
                    "@monthly", "0 0 1 * *",
                    "@weekly", "0 0 * * 0",
                    "@daily", "0 0 * * *",
                    "@midnight", "0 0 * * *",
                    "@hourly", "0 * * * *");

    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final List<String> WEEKDAYS =
            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** A day that comes at all comes within eight years: the 29th of February about 2100. */
    private static final int YEARS_MAX = 9;

    private static final List<Duration> BACK =
            List.of(
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    Duration.ofDays(1),
                    Duration.ofDays(32),
                    Duration.ofDays(366),
                    Duration.ofDays(366L * YEARS_MAX));

    /**
     * Reads {@code minute hour day month weekday}, or a word such as {@code @hourly}.
     *
     * @throws IllegalArgumentException saying which field is wrong
     */
    static CronSchedule parse(String text, ZoneId zone) {
        String trimmed = text.strip();
        String[] fields = SHORT.getOrDefault(trimmed, trimmed).split("\\s+");
        if (fields.length != 5) {
            throw new IllegalArgumentException(
                    "expected the 5 fields minute, hour, day, month and weekday, found "
                            + fields.length
                            + ": "
                            + text);
        }
        return new CronSchedule(
                new Field("minute", 0, 59, List.of()).parse(fields[0]),
                new Field("hour", 0, 23, List.of()).parse(fields[1]),
                new Field("day", 1, 31, List.of()).parse(fields[2]),
                new Field("month", 1, 12, MONTHS).parse(fields[3]),
                new Field("weekday", 0, 6, WEEKDAYS).parse(fields[4]),
                isAny(fields[2]),
                isAny(fields[4]),
                zone);
    }

    private static boolean isAny(String field) {
        return field.startsWith("*") || field.startsWith("?");
    }

    /** The first time after another; empty if there is none, as for the 30th of February. */
    Optional<Instant> next(Instant after) {
        ZonedDateTime time = after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        int lastYear = time.getYear() + YEARS_MAX;
        while (time.getYear() <= lastYear) {
            if (!has(months, time.getMonthValue())) {
                time = time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
            } else if (!isOn(time)) {
                time = time.toLocalDate().plusDays(1).atStartOfDay(zone);
            } else if (!has(hours, time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!has(minutes, time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time.toInstant());
            }
        }
        return Optional.empty();
    }

    /** The last time that is not after another, and is after an earliest. */
    Optional<Instant> last(Instant earliest, Instant notAfter) {
        for (Duration back : BACK) {
            Instant from = notAfter.minus(back);
            Instant start = from.isBefore(earliest) ? earliest : from;
            Optional<Instant> found = Optional.empty();
            for (Optional<Instant> next = next(start);
                    next.isPresent() && !next.get().isAfter(notAfter);
                    next = next(next.get())) {
                found = next;
            }
            if (found.isPresent() || start.equals(earliest)) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean isOn(ZonedDateTime time) {
        boolean day = has(days, time.getDayOfMonth());
        boolean weekday = has(weekdays, time.getDayOfWeek().getValue() % 7);
        return anyDay || anyWeekday ? day && weekday : day || weekday;
    }

    private static boolean has(long bits, int number) {
        return (bits >> number & 1) != 0;
    }

    /** What one of the five fields may hold. */
    private record Field(String name, int min, int max, List<String> words) {

        long parse(String text) {
            long bits = 0;
            for (String part : text.split(",", -1)) {
                bits |= part(part, text);
            }
            return bits;
        }

        private long part(String part, String text) {
            String[] halves = part.split("/", -1);
            String[] ends = halves[0].split("-", -1);
            boolean any = halves[0].equals("*") || halves[0].equals("?");
            if (halves.length > 2 || ends.length > 2) {
                throw wrong(text);
            }
            int from = any ? min : number(ends[0], text);
            int to =
                    any || (ends.length == 1 && halves.length == 2)
                            ? max
                            : number(ends[ends.length - 1], text);
            int step = halves.length == 2 ? step(halves[1], text) : 1;
            if (from < min || to > max || from > to) {
                throw wrong(text);
            }
            long bits = 0;
            for (int i = from; i <= to; i += step) {
                bits |= 1L << i;
            }
            return bits;
        }

        private int step(String step, String text) {
            int number = number(step, text);
            if (number < 1 || number > max + 1) {
                throw wrong(text);
            }
            return number;
        }

        private int number(String number, String text) {
            int word = words.indexOf(number.toLowerCase(Locale.ROOT));
            if (word >= 0) {
                return word + min;
            }
            if (number.isEmpty() || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw wrong(text);
            }
            return number.length() > 3 ? Integer.MAX_VALUE : Integer.parseInt(number);
        }

        private IllegalArgumentException wrong(String text) {
            return new IllegalArgumentException(
                    "the %s must be made of numbers from %d to %d, not %s"
                            .formatted(name, min, max, text));
        }
    }
}
