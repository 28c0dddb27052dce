package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.http.UpgradedConnection;
import dev.quilla.ctl.cluster.Cluster;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/** A client's WebSocket (RFC 6455) for binary messages. One thread reads, any may write. */
final class WebSocketLink implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;

    private final DataInputStream in;
    private final OutputStream out;
    private final Runnable end;
    private final RandomGenerator random;
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * A link on a connection that has switched to it.
     *
     * @param end ends the connection; wakes whoever reads
     * @param random for masks
     */
    WebSocketLink(InputStream in, OutputStream out, Runnable end, RandomGenerator random) {
        this.in = new DataInputStream(in);
        this.out = out;
        this.end = end;
        this.random = random;
    }

    /** Opens one, where a protocol of that name is spoken. */
    static WebSocketLink open(Cluster cluster, ApiRequest request, String protocol) {
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[16];
        random.nextBytes(key);
        Map<String, String> headers =
                Map.of(
                        "Upgrade",
                        "websocket",
                        "Sec-WebSocket-Version",
                        "13",
                        "Sec-WebSocket-Key",
                        Base64.getEncoder().encodeToString(key),
                        "Sec-WebSocket-Protocol",
                        protocol);
        UpgradedConnection connection = cluster.upgrade(request, headers);
        return new WebSocketLink(connection.in(), connection.out(), connection::close, random);
    }

    /** The next message; empty once the server closed. */
    Optional<byte[]> read() throws IOException {
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
                case PING -> write(PONG, payload);
                case PONG -> {}
                default -> {
                    message.write(payload);
                    if ((first & FINAL) != 0 && message.size() > 0) {
                        return Optional.of(message.toByteArray());
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

    /** Sends a message. */
    void send(byte[] message) throws IOException {
        write(BINARY, message);
    }

    private void write(int opcode, byte[] payload) throws IOException {
        int length = payload.length;
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
            out.write(frame.toByteArray());
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
