package dev.quilla.apiserver.cel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A range of addresses as expressions see it.
 *
 * @param ip an address of it, as it was written
 * @param length how many leading bits its addresses share
 */
record IpRange(Ip ip, int length) {

    static IpRange parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "network address parse error during conversion from string: "
                                        + text));
    }

    static Optional<IpRange> find(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return Ip.find(text.substring(0, slash))
                .filter(ip -> length <= ip.address().getAddress().length * Byte.SIZE)
                .map(ip -> new IpRange(ip, length));
    }

    boolean contains(Ip other) {
        return other.isV4() == ip.isV4() && first(other, length).equals(first(ip, length));
    }

    boolean covers(IpRange other) {
        return other.length >= length && contains(other.ip);
    }

    IpRange masked() {
        return new IpRange(first(ip, length), length);
    }

    private static Ip first(Ip ip, int length) {
        byte[] bytes = ip.address().getAddress();
        for (int bit = length; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(1 << (Byte.SIZE - 1 - bit % Byte.SIZE));
        }
        try {
            return new Ip(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of an address's length", e);
        }
    }

    @Override
    public String toString() {
        return ip + "/" + length;
    }
}
