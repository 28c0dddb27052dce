package dev.quilla.apiserver.kinds;

import dev.quilla.model.validation.Names;
import dev.quilla.model.validation.TimeZones;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What texts may look like; each rule answers what is wrong, in Kubernetes' words. */
final class FormRules {

    private static final int PORT_NAME_MAX = 15;
    private static final int CRON_JOB_NAME_MAX = 52;
    private static final int PORT_MAX = 65535;
    private static final int DRIVER_MAX = 63;
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final int SYSCTL_MAX = 253;
    private static final String SYSCTL =
            "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

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

    /** The name of a setting of a kernel. */
    static Optional<String> sysctl(String name) {
        return name.length() <= SYSCTL_MAX && name.matches(SYSCTL)
                ? Optional.empty()
                : Optional.of("must have at most 253 characters and match regex ^" + SYSCTL + "$");
    }

    /** A number, or no more than all of something. */
    static Optional<String> notAboveAll(String amount) {
        boolean percentage = amount.matches("[0-9]{1,9}%");
        return percentage && Integer.parseInt(amount.substring(0, amount.length() - 1)) > 100
                ? Optional.of("must not be greater than 100%")
                : Optional.empty();
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

    /** A path that stays below where it starts. */
    static Optional<String> withoutSteps(String path) {
        return List.of(path.split("/")).contains("..")
                ? Optional.of("must not contain '..'")
                : Optional.empty();
    }

    /** A cron job's jobs have eleven characters more in their names. */
    static Optional<String> cronJobName(String name) {
        return name.length() > CRON_JOB_NAME_MAX
                ? Optional.of("must be no more than 52 characters")
                : Optional.empty();
    }

    /** The name of a driver: a DNS name that may have capitals. */
    static Optional<String> driver(String name) {
        return name.length() > DRIVER_MAX
                ? Optional.of("must be no more than 63 bytes")
                : Names.subdomain(name.toLowerCase(Locale.ROOT));
    }

    /** A DNS name, a slash, and anything that may stand in a URL's path. */
    static Optional<String> domainPrefixedPath(String path) {
        int slash = path.indexOf('/');
        if (slash < 1 || slash == path.length() - 1) {
            return Optional.of("must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
        return Names.subdomain(path.substring(0, slash))
                .or(() ->
                        path.substring(slash + 1).matches(PATH)
                                ? Optional.empty()
                                : Optional.of(
                                        "Invalid path (regex used for validation is '"
                                                + PATH
                                                + "')"));
    }

    /** The name of a time zone that this program knows. */
    static Optional<String> timeZone(String zone) {
        if (zone.toLowerCase(Locale.ROOT).equals("local")) {
            return Optional.of(
                    "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        return TimeZones.find(zone).isPresent()
                ? Optional.empty()
                : Optional.of("unknown time zone " + zone);
    }
}
