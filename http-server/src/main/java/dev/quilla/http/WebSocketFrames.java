package dev.quilla.http;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads the frames that clients send (RFC 6455, section 5). */
final class WebSocketFrames {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int CONTROL_BYTES_MAX = 125;

    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;

    private final DataInputStream in;

    /** One frame, unmasked. */
    record Frame(boolean last, int opcode, byte[] payload) {

        boolean isControl() {
            return opcode >= CLOSE;
        }
    }

    /** The client broke the protocol; the code says how. */
    static final class BrokenException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int code;

        BrokenException(int code, String why) {
            super(why);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    WebSocketFrames(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /**
     * Waits for the next frame.
     *
     * @param bytesMax how large it may be
     * @return empty at the end of the connection
     */
    Optional<Frame> next(int bytesMax) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        int second = in.readUnsignedByte();
        boolean last = (first & FINAL) != 0;
        int opcode = first & 15;
        check(first, second, last, opcode);
        long length = length(second & 127);
        if (opcode >= CLOSE && length > CONTROL_BYTES_MAX) {
            throw new BrokenException(WebSocket.PROTOCOL_ERROR, "a control frame is too long");
        }
        if (length > bytesMax) {
            throw new BrokenException(WebSocket.TOO_LARGE, "a message is too large");
        }
        byte[] mask = bytes(4);
        byte[] payload = bytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return Optional.of(new Frame(last, opcode, payload));
    }

    private static void check(int first, int second, boolean last, int opcode)
            throws BrokenException {
        boolean known = opcode <= BINARY || opcode >= CLOSE && opcode <= PONG;
        if ((first & RESERVED) != 0 || !known) {
            throw new BrokenException(WebSocket.PROTOCOL_ERROR, "a frame is of no known kind");
        }
        if ((second & MASKED) == 0) {
            throw new BrokenException(WebSocket.PROTOCOL_ERROR, "a frame is not masked");
        }
        if (opcode >= CLOSE && !last) {
            throw new BrokenException(WebSocket.PROTOCOL_ERROR, "a control frame is in pieces");
        }
    }

    private long length(int code) throws IOException {
        long length =
                switch (code) {
                    case 126 -> in.readUnsignedShort();
                    case 127 -> in.readLong();
                    default -> code;
                };
        if (length < 0) {
            throw new BrokenException(WebSocket.PROTOCOL_ERROR, "a length is negative");
        }
        return length;
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended within a frame");
        }
        return bytes;
    }
}
