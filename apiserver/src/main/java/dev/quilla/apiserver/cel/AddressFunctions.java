package dev.quilla.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Addresses and ranges of them, such as {@code ip('10.0.0.1')} and {@code cidr('10.0.0.0/8')}. */
final class AddressFunctions {

    private static final CelType IP = OpaqueType.create("net.IP");
    private static final CelType CIDR = OpaqueType.create("net.CIDR");
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType BOOL = SimpleType.BOOL;
    private static final Class<Ip> ADDRESS = Ip.class;
    private static final Class<IpRange> RANGE = IpRange.class;

    private AddressFunctions() {}

    static Functions functions() {
        Functions all = new Functions("address");
        addresses(all);
        ranges(all);
        return all;
    }

    private static void addresses(Functions all) {
        all.global("isIP", BOOL, TEXT, String.class, text -> Ip.find(text).isPresent())
                .global("ip", IP, TEXT, String.class, Ip::parse)
                .global(
                        "ip.isCanonical",
                        BOOL,
                        TEXT,
                        String.class,
                        text -> Ip.parse(text).toString().equals(text))
                .global("string", TEXT, IP, ADDRESS, Ip::toString)
                .member("family", SimpleType.INT, IP, ADDRESS, ip -> ip.isV4() ? 4L : 6L)
                .member("isUnspecified", BOOL, IP, ADDRESS, ip -> ip.address().isAnyLocalAddress())
                .member("isLoopback", BOOL, IP, ADDRESS, ip -> ip.address().isLoopbackAddress())
                .member(
                        "isLinkLocalUnicast",
                        BOOL,
                        IP,
                        ADDRESS,
                        ip -> ip.address().isLinkLocalAddress())
                .member(
                        "isLinkLocalMulticast",
                        BOOL,
                        IP,
                        ADDRESS,
                        ip -> isLinkLocalMulticast(ip.address()))
                .member("isGlobalUnicast", BOOL, IP, ADDRESS, ip -> isGlobal(ip.address()));
    }

    private static void ranges(Functions all) {
        all.global("isCIDR", BOOL, TEXT, String.class, text -> IpRange.find(text).isPresent())
                .global("cidr", CIDR, TEXT, String.class, IpRange::parse)
                .global("string", TEXT, CIDR, RANGE, IpRange::toString)
                .member("containsIP", BOOL, CIDR, RANGE, IP, ADDRESS, IpRange::contains)
                .member(
                        "containsIP",
                        BOOL,
                        CIDR,
                        RANGE,
                        TEXT,
                        String.class,
                        (range, ip) -> range.contains(Ip.parse(ip)))
                .member("containsCIDR", BOOL, CIDR, RANGE, CIDR, RANGE, IpRange::covers)
                .member(
                        "containsCIDR",
                        BOOL,
                        CIDR,
                        RANGE,
                        TEXT,
                        String.class,
                        (range, other) -> range.covers(IpRange.parse(other)))
                .member("ip", IP, CIDR, RANGE, IpRange::ip)
                .member("masked", CIDR, CIDR, RANGE, IpRange::masked)
                .member("prefixLength", SimpleType.INT, CIDR, RANGE, r -> (long) r.length());
    }

    private static boolean isLinkLocalMulticast(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address
                ? address.isMulticastAddress() && bytes[1] == 0 && bytes[2] == 0
                : address.isMCLinkLocal();
    }

    private static boolean isGlobal(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean broadcast =
                bytes.length == 4
                        && bytes[0] == -1
                        && bytes[1] == -1
                        && bytes[2] == -1
                        && bytes[3] == -1;
        return !(broadcast
                || address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isMulticastAddress()
                || address.isLinkLocalAddress());
    }
}
