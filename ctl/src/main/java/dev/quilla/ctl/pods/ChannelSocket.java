package dev.quilla.ctl.pods;

import dev.quilla.client.http.UpgradedConnection;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A WebSocket (RFC 6455) whose messages begin with the number of a channel, as the API streams
 * exec. One thread reads, any may write.
 */
final class ChannelSocket implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;

    private final UpgradedConnection connection;
    private final DataInputStream in;
    private final RandomGenerator random;
    private final ReentrantLock writing = new ReentrantLock();

    /** A message of a channel. */
    record Message(int channel, byte[] frame) {
        /** How many bytes it holds. */
        int length() {
            return frame.length - 1;
        }
    }

    ChannelSocket(UpgradedConnection connection, RandomGenerator random) {
        this.connection = connection;
        this.in = new DataInputStream(connection.in());
        this.random = random;
    }

    /** The next message; empty once the server closed. */
    Optional<Message> read() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            int first = in.read();
            if (first < 0) {
                return Optional.empty();
            }
            byte[] payload = payload(message.size());
            switch (first & 0xf) {
                case CLOSE -> {
                    return Optional.empty();
                }
                case PING -> write(PONG, payload, payload.length);
                case PONG -> {}
                default -> {
                    message.write(payload);
                    if ((first & FINAL) != 0 && message.size() > 0) {
                        byte[] whole = message.toByteArray();
                        return Optional.of(new Message(whole[0] & 0xff, whole));
                    }
                }
            }
        }
    }

    private byte[] payload(int before) throws IOException {
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if ((second & MASKED) != 0 || length < 0 || before + length > MESSAGE_BYTES_MAX) {
            throw new IOException("the server sent a frame that no server may send");
        }
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the connection broke");
        }
        return payload;
    }

    /** Sends bytes on a channel. */
    void send(int channel, byte[] content, int length) throws IOException {
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(content, 0, message, 1, length);
        write(BINARY, message, message.length);
    }

    private void write(int opcode, byte[] payload, int length) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(length + 14);
        frame.write(FINAL | opcode);
        if (length < 126) {
            frame.write(MASKED | length);
        } else if (length < 1 << 16) {
            frame.write(MASKED | 126);
            frame.write(length >> 8);
            frame.write(length);
        } else {
            frame.write(MASKED | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) length >> shift));
            }
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frame.write(mask);
        for (int i = 0; i < length; i++) {
            frame.write(payload[i] ^ mask[i & 3]);
        }
        writing.lock();
        try {
            connection.out().write(frame.toByteArray());
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
