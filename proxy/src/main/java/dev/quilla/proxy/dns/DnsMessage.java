package dev.quilla.proxy.dns;

import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A query of one question, and the answers to it (RFC 1035).
 *
 * @param id chosen by the client
 * @param flags the second word of the head
 * @param name what is asked for, without the last dot
 * @param type of the records asked for
 * @param question the question as it came
 */
record DnsMessage(short id, short flags, String name, int type, ByteBuffer question) {

    static final int A = 1;
    static final int ANY = 255;

    private static final int HEAD_BYTES = 12;
    private static final int NAME_MAX = 255;
    private static final int LABEL_MAX = 63;
    private static final int ANSWERS_MAX = 28;
    private static final int TTL_SECONDS = 5;
    private static final int RESPONSE = 0x8000;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int NO_SUCH_NAME = 3;
    private static final int FAILED = 2;
    private static final short NAME_OF_QUESTION = (short) 0xc00c;

    /** Reads a query; empty if it is no query of one question. */
    static Optional<DnsMessage> query(byte[] packet, int length) {
        try {
            ByteBuffer in = ByteBuffer.wrap(packet, 0, length);
            short id = in.getShort();
            short flags = in.getShort();
            int questions = in.getShort();
            if ((flags & RESPONSE) != 0 || questions != 1) {
                return Optional.empty();
            }
            in.position(HEAD_BYTES);
            StringBuilder name = new StringBuilder();
            for (int label = in.get() & 0xff; label != 0; label = in.get() & 0xff) {
                if (label > LABEL_MAX || name.length() + label > NAME_MAX) {
                    return Optional.empty();
                }
                byte[] bytes = new byte[label];
                in.get(bytes);
                name.append(name.isEmpty() ? "" : ".")
                        .append(new String(bytes, StandardCharsets.ISO_8859_1));
            }
            int type = in.getShort() & 0xffff;
            in.getShort();
            ByteBuffer question = in.duplicate().flip().position(HEAD_BYTES).slice();
            return Optional.of(new DnsMessage(id, flags, name.toString(), type, question));
        } catch (BufferUnderflowException _) {
            return Optional.empty();
        }
    }

    /** The answer: these addresses; no such name if empty. */
    byte[] answer(Optional<List<String>> addresses) {
        List<String> found =
                type == A || type == ANY ? addresses.orElse(List.of()) : List.<String>of();
        List<String> sent = found.subList(0, Math.min(found.size(), ANSWERS_MAX));
        int more = AUTHORITATIVE | (sent.size() < found.size() ? TRUNCATED : 0);
        ByteBuffer out = head(more | (addresses.isEmpty() ? NO_SUCH_NAME : 0), sent.size());
        for (String address : sent) {
            out.putShort(NAME_OF_QUESTION).putShort((short) A).putShort((short) 1);
            out.putInt(TTL_SECONDS).putShort((short) 4);
            out.put(InetAddress.ofLiteral(address).getAddress());
        }
        return bytes(out);
    }

    /** The answer that says: try again. */
    byte[] failure() {
        return bytes(head(FAILED, 0));
    }

    private ByteBuffer head(int more, int answers) {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + question.remaining() + answers * 16);
        int kept = flags & RECURSION_DESIRED;
        out.putShort(id).putShort((short) (RESPONSE | RECURSION_AVAILABLE | kept | more));
        out.putShort((short) 1).putShort((short) answers).putShort((short) 0).putShort((short) 0);
        return out.put(question.duplicate());
    }

    private static byte[] bytes(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
