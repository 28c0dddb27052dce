package dev.quilla.ctl.pods;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Deflater;

/**
 * One connection to a port of a pod, as two streams of SPDY/3.1 in a WebSocket: one for errors, one
 * for the bytes. Windows are not counted, as the servers' and clients' stream library counts none.
 * What servers say in headers is of no use here, so their compression need not be understood. For
 * one connection; one thread reads, another may write.
 */
final class PortTunnel implements AutoCloseable {

    /** What the WebSocket is asked to carry. */
    static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

    private static final int VERSION = 0x8003;
    private static final int SYN_STREAM = 1;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int FIN = 1;
    private static final int ERRORS = 1;
    private static final int DATA = 3;
    private static final int ERROR_BYTES_MAX = 4 << 10;
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int PIECE = 16 << 10;

    private final WebSocketLink link;
    private final DataInputStream in;
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    /** Opens the streams of a connection to a port. */
    PortTunnel(WebSocketLink link, int port) throws IOException {
        this.link = link;
        this.in = new DataInputStream(new Messages(link));
        Deflater deflater = new Deflater();
        try {
            open(deflater, ERRORS, "error", port);
            link.send(frame(ERRORS, FIN, new byte[0]));
            open(deflater, DATA, "data", port);
        } finally {
            deflater.end();
        }
    }

    private void open(Deflater deflater, int stream, String type, int port) throws IOException {
        Map<String, String> headers =
                new TreeMap<>(
                        Map.of(
                                "streamtype",
                                type,
                                "port",
                                Integer.toString(port),
                                "requestid",
                                "0"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream block = new DataOutputStream(bytes);
        block.writeInt(headers.size());
        for (Map.Entry<String, String> header : headers.entrySet()) {
            block.writeInt(header.getKey().length());
            block.writeBytes(header.getKey());
            block.writeInt(header.getValue().length());
            block.writeBytes(header.getValue());
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(payload);
        fields.writeInt(stream);
        fields.writeInt(0); // associated with no stream
        fields.writeShort(0); // of the highest priority
        fields.write(deflated(deflater, bytes.toByteArray()));
        link.send(control(SYN_STREAM, payload.toByteArray()));
    }

    /** Compressed with what all header blocks of the connection share. */
    private static byte[] deflated(Deflater deflater, byte[] block) {
        deflater.setInput(block);
        byte[] buffer = new byte[block.length + 64];
        int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        return java.util.Arrays.copyOf(buffer, length);
    }

    private static byte[] control(int type, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeShort(VERSION);
        frame.writeShort(type);
        frame.writeInt(payload.length);
        frame.write(payload);
        return bytes.toByteArray();
    }

    private static byte[] frame(int stream, int flags, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeInt(stream);
        frame.writeInt(flags << 24 | content.length);
        frame.write(content);
        return bytes.toByteArray();
    }

    /** Sends all that a client says, and its end. */
    void sendAll(InputStream from) throws IOException {
        byte[] buffer = new byte[PIECE];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            link.send(frame(DATA, 0, java.util.Arrays.copyOf(buffer, n)));
        }
        link.send(frame(DATA, FIN, new byte[0]));
    }

    /**
     * Passes on what the program says, until it has said all and the server ends the connection.
     *
     * @param onEnd called when the program will say no more
     * @return why the port could not be reached; empty if it could
     */
    Optional<String> receiveAll(OutputStream to, Ended onEnd) throws IOException {
        boolean dataOver = false;
        boolean errorsOver = false;
        while (!dataOver || !errorsOver) {
            int first = in.read();
            if (first < 0) {
                break;
            }
            int word = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int flags = in.readUnsignedByte();
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            if (length > FRAME_BYTES_MAX) {
                throw new IOException("the server sent a frame of " + length + " bytes");
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            int stream = word;
            boolean over = (flags & FIN) != 0;
            if (word < 0) {
                int type = word & 0xffff;
                if (type == GOAWAY) {
                    break;
                }
                if (type == PING) {
                    link.send(control(PING, payload));
                }
                over = type == RST_STREAM;
                stream = over ? number(payload) : 0;
            } else if (stream == DATA) {
                to.write(payload);
                to.flush();
            } else if (stream == ERRORS && errors.size() + length <= ERROR_BYTES_MAX) {
                errors.write(payload);
            }
            if (over && stream == DATA && !dataOver) {
                dataOver = true;
                onEnd.run();
            }
            errorsOver |= over && stream == ERRORS;
        }
        return errors.size() == 0
                ? Optional.empty()
                : Optional.of(errors.toString(StandardCharsets.UTF_8).strip());
    }

    /** What happens at the end of one direction. */
    interface Ended {
        void run() throws IOException;
    }

    private static int number(byte[] payload) throws IOException {
        return new DataInputStream(new java.io.ByteArrayInputStream(payload)).readInt();
    }

    @Override
    public void close() {
        link.close();
    }

    /** The bytes of all messages, one after the other. */
    private static final class Messages extends InputStream {

        private final WebSocketLink link;
        private byte[] message = new byte[0];
        private int position;

        Messages(WebSocketLink link) {
            this.link = link;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (position == message.length) {
                Optional<byte[]> next = link.read();
                if (next.isEmpty()) {
                    return -1;
                }
                message = next.get();
                position = 0;
            }
            int count = Math.min(length, message.length - position);
            System.arraycopy(message, position, into, offset, count);
            position += count;
            return count;
        }
    }
}
