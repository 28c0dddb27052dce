package dev.quilla.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Attributes of a netlink message, by type: length, type and value, each at a multiple of four
 * bytes. Heads are in the machine's byte order, values here in the network's.
 */
final class NetlinkAttributes {

    private static final int HEAD_BYTES = 4;
    private static final int ALIGNMENT = 4;
    private static final int TYPE = 0x3fff;

    /** Each with its head. */
    private final Map<Integer, ByteBuffer> attributes = new HashMap<>();

    private NetlinkAttributes() {}

    /** Reads what is left of a buffer; what does not fit is left out. */
    static NetlinkAttributes read(ByteBuffer from) {
        NetlinkAttributes read = new NetlinkAttributes();
        ByteBuffer in = from.slice().order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + HEAD_BYTES <= in.limit()) {
            int length = in.getShort(at) & 0xffff;
            if (length < HEAD_BYTES || at + length > in.limit()) {
                break;
            }
            read.attributes.put(in.getShort(at + 2) & TYPE, in.slice(at, length));
            at += aligned(length);
        }
        return read;
    }

    static int aligned(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private Optional<ByteBuffer> value(int type, int bytes) {
        return Optional.ofNullable(attributes.get(type))
                .filter(a -> a.limit() >= HEAD_BYTES + bytes)
                .map(a -> a.slice(HEAD_BYTES, a.limit() - HEAD_BYTES));
    }

    /** The attributes within one; none if it is not there. */
    NetlinkAttributes nested(int type) {
        return value(type, 0).map(NetlinkAttributes::read).orElseGet(NetlinkAttributes::new);
    }

    Optional<Integer> octet(int type) {
        return value(type, 1).map(v -> v.get(0) & 0xff);
    }

    Optional<Integer> word(int type) {
        return value(type, Integer.BYTES).map(v -> v.getInt(0));
    }

    /** A port; 0 if it is not there. */
    int port(int type) {
        return value(type, Short.BYTES).map(v -> v.getShort(0) & 0xffff).orElse(0);
    }

    /** Those of these types that are there, as they came. */
    byte[] copy(int... types) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int type : types) {
            ByteBuffer attribute = attributes.get(type);
            if (attribute != null) {
                byte[] bytes = new byte[aligned(attribute.limit())];
                attribute.get(0, bytes, 0, attribute.limit());
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }
}
