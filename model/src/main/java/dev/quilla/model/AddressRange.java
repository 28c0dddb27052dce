package dev.quilla.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses, as a CIDR says it.
 *
 * @param first the network's own address, as a number
 * @param bits how many leading bits are fixed, from 0 to 32
 */
public record AddressRange(int first, int bits) {

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    /** Checks that it is a range. */
    public AddressRange {
        if (bits < 0 || bits > 32 || (first & ~mask(bits)) != 0) {
            throw new IllegalArgumentException(
                    text(first) + "/" + bits + " is no range of addresses, such as 10.96.0.0/12");
        }
    }

    /**
     * Reads {@code 10.96.0.0/12}.
     *
     * @throws IllegalArgumentException if it is no range of IPv4 addresses
     */
    public static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        return new AddressRange(
                number(cidr.substring(0, Math.max(0, slash))),
                Integer.parseInt(cidr.substring(slash + 1)));
    }

    /** Reads a range that may be one of IPv6 addresses; empty if it is. */
    public static Optional<AddressRange> ofIpv4(String cidr) {
        return cidr.contains(":") ? Optional.empty() : Optional.of(parse(cidr));
    }

    /** Whether an address is in the range; one that is no IPv4 address is not. */
    public boolean contains(String address) {
        return ADDRESS.matcher(address).matches() && (number(address) & mask(bits)) == first;
    }

    /** How many addresses it has. */
    public long size() {
        return 1L << (32 - bits);
    }

    /** The address so many places after the first. */
    public String at(long offset) {
        return text((int) (first + offset));
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }

    private static int number(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("no IPv4 address: " + address);
        }
        int number = 0;
        for (String part : address.split("\\.")) {
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                throw new IllegalArgumentException("no IPv4 address: " + address);
            }
            number = number << 8 | octet;
        }
        return number;
    }

    private static String text(int address) {
        return (address >>> 24)
                + "."
                + (address >> 16 & 255)
                + "."
                + (address >> 8 & 255)
                + "."
                + (address & 255);
    }

    @Override
    public String toString() {
        return text(first) + "/" + bits;
    }
}
