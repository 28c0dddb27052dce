package dev.quilla.apiserver.kinds;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.random.RandomGenerator;

/**
 * A range of IPv4 addresses.
 *
 * @param first the network's own address
 * @param bits how many leading bits are fixed
 */
public record AddressRange(int first, int bits) {

    /** Addresses at the start are left to those who ask for one: the API's and the DNS's. */
    private static final int RESERVED = 32;

    /** Reads {@code 10.96.0.0/12}. */
    public static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        return new AddressRange(
                number(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
    }

    /** Whether an address is in the range. */
    public boolean contains(String address) {
        try {
            return (number(address) & mask()) == first;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Some address of the range. */
    String any(RandomGenerator random) {
        return text(first + RESERVED + random.nextInt(size() - RESERVED - 1));
    }

    /** The address so many places after the first. */
    public String at(int offset) {
        return text(first + offset);
    }

    private int size() {
        return 1 << Math.min(30, 32 - bits);
    }

    private int mask() {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }

    private static int number(String address) {
        if (!address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            throw new IllegalArgumentException("no IPv4 address: " + address);
        }
        try {
            byte[] b = InetAddress.getByName(address).getAddress();
            return (b[0] & 255) << 24 | (b[1] & 255) << 16 | (b[2] & 255) << 8 | b[3] & 255;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no IPv4 address: " + address, e);
        }
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
