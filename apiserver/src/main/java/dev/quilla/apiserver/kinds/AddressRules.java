package dev.quilla.apiserver.kinds;

import dev.quilla.model.validation.CanonicalAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What addresses and ranges of them look like; each rule answers what is wrong. */
final class AddressRules {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final String NO_CIDR =
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    private AddressRules() {}

    /** An address of either family. */
    static Optional<String> ip(String text) {
        return parse(text).isPresent()
                ? Optional.empty()
                : Optional.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }

    /** An address in the one way to write it. */
    static Optional<String> canonicalIp(String text) {
        Optional<InetAddress> address = parse(text);
        if (address.isEmpty()) {
            return ip(text);
        }
        String best = CanonicalAddress.of(address.get().getAddress());
        return best.equals(text)
                ? Optional.empty()
                : Optional.of("must be in canonical form (\"" + best + "\")");
    }

    static Optional<String> ipv4(String text) {
        return isIpv4(text)
                ? Optional.empty()
                : Optional.of("must be a valid IPv4 address, (e.g. 10.9.8.7)");
    }

    static Optional<String> ipv6(String text) {
        return parse(text).isPresent() && !isIpv4(text)
                ? Optional.empty()
                : Optional.of("must be a valid IPv6 address, (e.g. 2001:db8::ffff)");
    }

    /**
     * An address that something can be reached at from elsewhere. Addresses of the host itself are
     * let through, because pods of a cluster on one machine may have them.
     */
    static Optional<String> endpoint(String text) {
        return parse(text).flatMap(AddressRules::unreachable);
    }

    private static Optional<String> unreachable(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return Optional.of("may not be unspecified (0.0.0.0 or ::)");
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        return address.isMCLinkLocal()
                ? Optional.of(
                        "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
                : Optional.empty();
    }

    /** A range of addresses. */
    static Optional<String> cidr(String text) {
        return range(text).isPresent() ? Optional.empty() : Optional.of(NO_CIDR);
    }

    /** A range of addresses in the one way to write it. */
    static Optional<String> canonicalCidr(String text) {
        if (range(text).isEmpty()) {
            return cidr(text);
        }
        int slash = text.indexOf('/');
        byte[] address = parse(text.substring(0, slash)).orElseThrow().getAddress();
        int length = Integer.parseInt(text.substring(slash + 1));
        if (bits(address, address.length * Byte.SIZE).lastIndexOf(true) >= length) {
            return Optional.of("must not have bits set beyond the prefix length");
        }
        String best = CanonicalAddress.of(address) + "/" + length;
        return best.equals(text)
                ? Optional.empty()
                : Optional.of("must be in canonical form (\"" + best + "\")");
    }

    static boolean isIpv4(String text) {
        return parse(text).filter(Inet4Address.class::isInstance).isPresent();
    }

    /** Whether a range is a part of another, and not the whole of it. */
    static boolean isWithin(String part, String whole) {
        Optional<Range> inner = range(part);
        Optional<Range> outer = range(whole);
        return inner.isPresent() && outer.isPresent() && outer.get().holds(inner.get());
    }

    private record Range(List<Boolean> bits, boolean ipv4) {

        boolean holds(Range other) {
            return ipv4 == other.ipv4
                    && other.bits.size() > bits.size()
                    && other.bits.subList(0, bits.size()).equals(bits);
        }
    }

    private static Optional<Range> range(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return parse(text.substring(0, slash))
                .filter(a -> length <= a.getAddress().length * Byte.SIZE)
                .map(a -> new Range(bits(a.getAddress(), length), a instanceof Inet4Address));
    }

    private static List<Boolean> bits(byte[] address, int length) {
        return java.util.stream.IntStream.range(0, length)
                .mapToObj(i -> (address[i / Byte.SIZE] >> (Byte.SIZE - 1 - i % Byte.SIZE) & 1) == 1)
                .toList();
    }

    /** The address that a text says, if it says one. */
    static Optional<InetAddress> parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
