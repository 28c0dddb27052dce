package dev.quilla.proxy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A range of IPv4 addresses.
 *
 * @param network its first address, as a number
 * @param prefix how many bits are the same in all its addresses
 */
record Ipv4Range(int network, int prefix) {

    private static final int BITS = 32;

    /**
     * Reads CIDR notation.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Ipv4Range parse(String cidr) {
        int slash = cidr.indexOf('/');
        int prefix = slash < 0 ? -1 : Integer.parseInt(cidr.substring(slash + 1));
        if (prefix < 0 || prefix > BITS) {
            throw new IllegalArgumentException("not an IPv4 range: " + cidr);
        }
        int address = number(Inet4Address.ofLiteral(cidr.substring(0, slash)));
        return new Ipv4Range(address & mask(prefix), prefix);
    }

    /** An IPv4 address in its usual form; empty if the text is none. */
    static Optional<String> address(String text) {
        try {
            return Optional.of(Inet4Address.ofLiteral(text).getHostAddress());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** An IPv4 address as a number, the first octet highest. */
    static int number(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    boolean contains(InetAddress address) {
        return address instanceof Inet4Address && (number(address) & mask(prefix)) == network;
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }
}
