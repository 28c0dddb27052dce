package dev.quilla.apiserver.cel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** An address as expressions see it; shown in its one canonical form. */
record Ip(InetAddress address) {

    private static final String PART = "(0|[1-9][0-9]{0,2})";
    private static final Pattern V4 = Pattern.compile("(" + PART + "\\.){3}" + PART);
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*");

    static Ip parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "IP Address \"" + text + "\" parse error during conversion"));
    }

    /** Addresses of the newer family that stand for one of the older are none, as documented. */
    static Optional<Ip> find(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            InetAddress found = InetAddress.ofLiteral(text);
            boolean mapped = text.contains(":") && found instanceof Inet4Address;
            return mapped ? Optional.empty() : Optional.of(new Ip(found));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean isV4() {
        return address instanceof Inet4Address;
    }

    /** RFC 5952: the longest run of zero groups is left out, the first one of several. */
    @Override
    public String toString() {
        if (isV4()) {
            return address.getHostAddress();
        }
        String[] groups = address.getHostAddress().split(":");
        int start = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        if (start < 0) {
            return String.join(":", groups);
        }
        return joined(groups, 0, start) + "::" + joined(groups, start + length, groups.length);
    }

    private static String joined(String[] groups, int from, int to) {
        return String.join(":", Arrays.asList(groups).subList(from, to));
    }
}
