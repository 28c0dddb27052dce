package dev.quilla.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The kernel's connection tracking, over netlink ({@code linux/netfilter/nfnetlink_conntrack.h}):
 * one listing, and one message for each flow that goes.
 */
final class Conntrack implements FlowTable {

    private static final int GET = 0x0101;
    private static final int DELETE = 0x0102;
    private static final int REQUEST = 1;
    private static final int ACKNOWLEDGE = 4;
    private static final int DUMP = 0x300;
    private static final int FAMILY_IPV4 = 2;
    private static final int FAMILY_HEAD_BYTES = 4;

    private static final int ORIGINAL = 1;
    private static final int REPLY = 2;
    private static final int ID = 12;
    private static final int ZONE = 18;
    private static final int TUPLE_IP = 1;
    private static final int TUPLE_PROTOCOL = 2;
    private static final int SOURCE_ADDRESS = 1;
    private static final int TARGET_ADDRESS = 2;
    private static final int PROTOCOL_NUMBER = 1;
    private static final int SOURCE_PORT = 2;
    private static final int TARGET_PORT = 3;
    private static final int UDP = 17;
    private static final int NO_SUCH_ENTRY = 2;

    /** A flow, and the words by which the kernel knows it. */
    record Entry(UdpFlow flow, byte[] handle) {

        static Optional<Entry> read(ByteBuffer message) {
            NetlinkAttributes all =
                    NetlinkAttributes.read(
                            message.slice(FAMILY_HEAD_BYTES, message.limit() - FAMILY_HEAD_BYTES));
            NetlinkAttributes original = all.nested(ORIGINAL);
            NetlinkAttributes reply = all.nested(REPLY);
            if (original.nested(TUPLE_PROTOCOL).octet(PROTOCOL_NUMBER).orElse(0) != UDP) {
                return Optional.empty();
            }
            Optional<Integer> to = original.nested(TUPLE_IP).word(TARGET_ADDRESS);
            Optional<Integer> answers = reply.nested(TUPLE_IP).word(SOURCE_ADDRESS);
            if (to.isEmpty() || answers.isEmpty()) {
                return Optional.empty();
            }
            UdpFlow flow =
                    new UdpFlow(
                            to.get(),
                            original.nested(TUPLE_PROTOCOL).port(TARGET_PORT),
                            answers.get(),
                            reply.nested(TUPLE_PROTOCOL).port(SOURCE_PORT));
            return Optional.of(new Entry(flow, all.copy(ORIGINAL, ZONE, ID)));
        }
    }

    @Override
    public int forget(Predicate<UdpFlow> which) throws IOException {
        try (NetlinkSocket netlink = NetlinkSocket.netfilter()) {
            List<Entry> stale = new ArrayList<>();
            netlink.ask(
                    GET,
                    REQUEST | DUMP,
                    head(new byte[0]),
                    message ->
                            Entry.read(message)
                                    .filter(e -> which.test(e.flow()))
                                    .ifPresent(stale::add));
            int forgotten = 0;
            for (Entry entry : stale) {
                int error =
                        netlink.ask(DELETE, REQUEST | ACKNOWLEDGE, head(entry.handle()), m -> {});
                if (error != 0 && error != NO_SUCH_ENTRY) {
                    throw new IOException("a flow can't be forgotten: error " + error);
                }
                forgotten += error == 0 ? 1 : 0;
            }
            return forgotten;
        }
    }

    private static byte[] head(byte[] attributes) {
        return ByteBuffer.allocate(FAMILY_HEAD_BYTES + attributes.length)
                .order(ByteOrder.nativeOrder())
                .put((byte) FAMILY_IPV4)
                .put((byte) 0)
                .putShort((short) 0)
                .put(attributes)
                .array();
    }
}
