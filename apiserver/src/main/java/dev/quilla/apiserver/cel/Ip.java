package dev.quilla.apiserver.cel;

import dev.quilla.model.validation.CanonicalAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
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

    @Override
    public String toString() {
        return CanonicalAddress.of(address.getAddress());
    }
}
