package dev.quilla.proxy.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** IPv4 addresses in names. */
final class DottedAddress {

    private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final String REVERSE = ".in-addr.arpa";
    private static final int OCTETS = 4;
    private static final int OCTET_MAX = 255;

    private DottedAddress() {}

    /** Reads {@code 1-2-3-4}. */
    static Optional<String> of(String dashed) {
        return joined(Arrays.asList(dashed.split("-", -1)));
    }

    /** Reads {@code 4.3.2.1.in-addr.arpa}. */
    static Optional<String> reversed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(REVERSE)) {
            return Optional.empty();
        }
        String octets = lower.substring(0, lower.length() - REVERSE.length());
        List<String> parts = new ArrayList<>(Arrays.asList(octets.split("\\.", -1)));
        Collections.reverse(parts);
        return joined(parts);
    }

    private static Optional<String> joined(List<String> octets) {
        return octets.size() == OCTETS
                        && octets.stream()
                                .allMatch(o ->
                                        OCTET.matcher(o).matches()
                                                && Integer.parseInt(o) <= OCTET_MAX)
                ? Optional.of(String.join(".", octets))
                : Optional.empty();
    }
}
