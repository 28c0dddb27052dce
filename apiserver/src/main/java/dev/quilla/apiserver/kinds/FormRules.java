package dev.quilla.apiserver.kinds;

import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What texts may look like; each rule answers what is wrong, in Kubernetes' words. */
final class FormRules {

    private static final int PORT_NAME_MAX = 15;
    private static final int CRON_JOB_NAME_MAX = 52;
    private static final int PORT_MAX = 65535;
    private static final int CIDR_PARTS = 5;
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Pattern IPV4 =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/\\d{1,3}");
    private static final Pattern CRON_FIELD =
            Pattern.compile(
                    "(\\*|\\?|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?(,(\\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?)*");
    private static final int CRON_FIELDS = 5;

    private FormRules() {}

    /** An IANA service name. */
    static Optional<String> portName(String name) {
        if (name.length() > PORT_NAME_MAX) {
            return Optional.of("must be no more than 15 characters");
        }
        if (!PORT_NAME.matcher(name).matches()) {
            return Optional.of(
                    "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), and"
                            + " may not start or end with a hyphen");
        }
        if (name.contains("--")) {
            return Optional.of("must not contain consecutive hyphens");
        }
        return name.chars().anyMatch(c -> c >= 'a' && c <= 'z')
                ? Optional.empty()
                : Optional.of("must contain at least one letter (a-z)");
    }

    /** A port by number or name. */
    static Optional<String> port(String port) {
        if (!port.matches("-?[0-9]+")) {
            return portName(port);
        }
        boolean good =
                port.length() <= 5
                        && Integer.parseInt(port) >= 1
                        && Integer.parseInt(port) <= PORT_MAX;
        return good ? Optional.empty() : Optional.of("must be between 1 and 65535, inclusive");
    }

    /** The name of an environment variable: anything printable but an equals sign. */
    static Optional<String> variable(String name) {
        boolean printable = name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
        return printable
                ? Optional.empty()
                : Optional.of(
                        "a valid environment variable name must consist only of printable ASCII"
                                + " characters other than '='");
    }

    /** A DNS name, or one that starts with a wildcard. */
    static Optional<String> host(String host) {
        if (host.startsWith("*.")) {
            return Names.subdomain(host.substring(2))
                    .map(p ->
                            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid"
                                    + " DNS subdomain, which must consist of lower case alphanumeric"
                                    + " characters, '-' or '.' and end with an alphanumeric character"
                                    + " (e.g. '*.example.com')");
        }
        return host.matches("[0-9]+(\\.[0-9]+){3}")
                ? Optional.of("must be a DNS name, not an IP address")
                : Names.subdomain(host);
    }

    static Optional<String> absolutePath(String path) {
        return path.startsWith("/") ? Optional.empty() : Optional.of("must be an absolute path");
    }

    /** A range of addresses. */
    static Optional<String> cidr(String text) {
        Optional<String> wrong =
                Optional.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        if (IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        var parts = IPV4.matcher(text);
        if (!parts.matches()) {
            return wrong;
        }
        for (int i = 1; i < CIDR_PARTS; i++) {
            if (Integer.parseInt(parts.group(i)) > 255) {
                return wrong;
            }
        }
        return Integer.parseInt(parts.group(CIDR_PARTS)) > 32 ? wrong : Optional.empty();
    }

    /** A cron job's jobs have eleven characters more in their names. */
    static Optional<String> cronJobName(String name) {
        return name.length() > CRON_JOB_NAME_MAX
                ? Optional.of("must be no more than 52 characters")
                : Optional.empty();
    }

    static Optional<String> schedule(String schedule) {
        if (schedule.contains("TZ=")) {
            return Optional.of("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        if (schedule.startsWith("@")) {
            return isMacro(schedule)
                    ? Optional.empty()
                    : Optional.of("unrecognized descriptor: " + schedule);
        }
        List<String> fields = List.of(schedule.strip().split("\\s+"));
        if (fields.size() != CRON_FIELDS) {
            return Optional.of(
                    "expected exactly 5 fields, found %d: [%s]"
                            .formatted(fields.size(), String.join(" ", fields)));
        }
        return fields.stream()
                .filter(f -> !CRON_FIELD.matcher(f).matches())
                .map(f -> "failed to parse: " + f)
                .findFirst();
    }

    private static boolean isMacro(String schedule) {
        return schedule.matches("@every \\S+")
                || List.of(
                                "@yearly",
                                "@annually",
                                "@monthly",
                                "@weekly",
                                "@daily",
                                "@midnight",
                                "@hourly")
                        .contains(schedule);
    }

    /**
     * Which zones there are may differ from master to master: the controller tells of one unknown.
     */
    static Optional<String> timeZone(String zone) {
        if (zone.toLowerCase(Locale.ROOT).equals("local")) {
            return Optional.of(
                    "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        return Optional.empty();
    }
}
