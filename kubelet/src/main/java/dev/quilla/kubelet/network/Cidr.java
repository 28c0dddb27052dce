package dev.quilla.kubelet.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A range of IPv4 addresses.
 *
 * @param first its first address, as a number
 * @param bits how many leading bits are fixed
 */
public record Cidr(int first, int bits) {

    public Cidr {
        if (bits < 0 || bits > 32 || (first & ~mask(bits)) != 0) {
            throw new IllegalArgumentException("not a range: " + text(first) + "/" + bits);
        }
    }

    /**
     * Reads a range such as {@code 10.244.1.0/24}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not a range: " + text);
        }
        return new Cidr(
                number(Inet4Address.ofLiteral(text.substring(0, slash))),
                Integer.parseInt(text.substring(slash + 1)));
    }

    /** How many addresses. */
    public long size() {
        return 1L << (32 - bits);
    }

    /** Its address of a number, from zero. */
    public InetAddress address(long index) {
        return address(Math.toIntExact(first + index));
    }

    /** True if the address is in the range. */
    public boolean contains(InetAddress address) {
        return address instanceof Inet4Address && (number(address) & mask(bits)) == first;
    }

    @Override
    public String toString() {
        return text(first) + "/" + bits;
    }

    static int number(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(number).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(int number) {
        return address(number).getHostAddress();
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }
}
