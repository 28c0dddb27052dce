package dev.quilla.apiserver.kinds;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When something is done again: five fields, or one of a few words. */
final class CronRules {

    private static final List<String> MACROS =
            List.of(
                    "@yearly",
                    "@annually",
                    "@monthly",
                    "@weekly",
                    "@daily",
                    "@midnight",
                    "@hourly");
    private static final Pattern EVERY =
            Pattern.compile("@every (([0-9]*\\.?[0-9]+)(ns|us|µs|ms|s|m|h))+");
    private static final Pattern PART =
            Pattern.compile("(\\*|\\?|[0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?:/([0-9]+))?");

    private static final List<Range> FIELDS =
            List.of(
                    new Range(0, 59, List.of()),
                    new Range(0, 23, List.of()),
                    new Range(1, 31, List.of()),
                    new Range(
                            1,
                            12,
                            List.of(
                                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
                                    "oct", "nov", "dec")),
                    new Range(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

    private CronRules() {}

    /** What is wrong with a schedule. */
    static Optional<String> schedule(String schedule) {
        if (schedule.contains("TZ=")) {
            return Optional.of("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        if (schedule.startsWith("@")) {
            boolean known = MACROS.contains(schedule) || EVERY.matcher(schedule).matches();
            return known ? Optional.empty() : Optional.of("unrecognized descriptor: " + schedule);
        }
        List<String> fields = List.of(schedule.strip().split("\\s+"));
        if (fields.size() != FIELDS.size()) {
            return Optional.of(
                    "expected exactly 5 fields, found %d: [%s]"
                            .formatted(fields.size(), String.join(" ", fields)));
        }
        for (int i = 0; i < fields.size(); i++) {
            for (String part : fields.get(i).split(",", -1)) {
                Optional<String> problem = FIELDS.get(i).problem(part);
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What a field may hold.
     *
     * @param names what its numbers are also called, from the least on
     */
    private record Range(int least, int most, List<String> names) {

        Optional<String> problem(String part) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                return Optional.of("failed to parse int from " + part);
            }
            boolean all = matcher.group(1).equals("*") || matcher.group(1).equals("?");
            int first = all ? least : number(matcher.group(1));
            int last =
                    matcher.group(2) != null
                            ? number(matcher.group(2))
                            : all || matcher.group(3) != null ? most : first;
            if (first < 0 || last < 0) {
                return Optional.of("failed to parse int from " + part);
            }
            if (first < least) {
                return Optional.of(
                        "beginning of range (%d) below minimum (%d): %s"
                                .formatted(first, least, part));
            }
            if (last > most) {
                return Optional.of(
                        "end of range (%d) above maximum (%d): %s".formatted(last, most, part));
            }
            if (first > last) {
                return Optional.of(
                        "beginning of range (%d) beyond end of range (%d): %s"
                                .formatted(first, last, part));
            }
            boolean stands = matcher.group(3) != null && number(matcher.group(3)) == 0;
            return stands
                    ? Optional.of("step of range should be a positive number: " + part)
                    : Optional.empty();
        }

        /** The number of a text; negative if it is none. */
        private int number(String text) {
            int named = names.indexOf(text.toLowerCase(Locale.ROOT));
            if (named >= 0) {
                return least + named;
            }
            return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        }
    }
}
