package dev.quilla.http;

import dev.quilla.http.WebSocketFrames.BrokenException;
import dev.quilla.http.WebSocketFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A WebSocket on an upgraded connection. What is sent is under the lock. */
final class FramedWebSocket implements WebSocket {

    private static final int FINAL = 0x80;
    private static final int NO_CODE = 1005;
    private static final int INVALID_TEXT = 1007;

    /** An empty ping or pong need not carry anything. */
    private static final byte[] NOTHING = {};

    private final Upgraded connection;
    private final WebSocketFrames frames;
    private final OutputStream out;
    private final String subprotocol;
    private final int messageBytesMax;
    private final Object lock = new Object();
    private boolean closeSent;

    FramedWebSocket(Upgraded connection, String subprotocol, int messageBytesMax) {
        this.connection = connection;
        this.frames = new WebSocketFrames(connection.input());
        this.out = connection.output();
        this.subprotocol = subprotocol;
        this.messageBytesMax = messageBytesMax;
    }

    @Override
    public String subprotocol() {
        return subprotocol;
    }

    @Override
    public Optional<Message> receive() throws IOException {
        try {
            return receiveMessage();
        } catch (BrokenException e) {
            close(e.code(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private Optional<Message> receiveMessage() throws IOException {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        int kind = WebSocketFrames.CONTINUATION;
        while (true) {
            Optional<Frame> next = frames.next(messageBytesMax - pieces.size());
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Frame frame = next.get();
            if (frame.isControl()) {
                if (isTheEnd(frame)) {
                    return Optional.empty();
                }
                continue;
            }
            boolean continued = frame.opcode() == WebSocketFrames.CONTINUATION;
            if (continued == (kind == WebSocketFrames.CONTINUATION)) {
                throw new BrokenException(PROTOCOL_ERROR, "messages are mixed up");
            }
            kind = continued ? kind : frame.opcode();
            if (frame.last() && !continued) {
                return Optional.of(message(kind, frame.payload()));
            }
            pieces.write(frame.payload());
            if (frame.last()) {
                return Optional.of(message(kind, pieces.toByteArray()));
            }
        }
    }

    private static Message message(int kind, byte[] payload) throws BrokenException {
        boolean text = kind == WebSocketFrames.TEXT;
        if (text) {
            try {
                var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            } catch (CharacterCodingException e) {
                throw new BrokenException(INVALID_TEXT, "a text is not UTF-8");
            }
        }
        return new Message(text, ByteBuffer.wrap(payload));
    }

    private boolean isTheEnd(Frame control) throws IOException {
        switch (control.opcode()) {
            case WebSocketFrames.PING -> send(WebSocketFrames.PONG, control.payload());
            case WebSocketFrames.CLOSE -> {
                close(answerTo(control.payload()), "");
                return true;
            }
            default -> {
                // A pong shows that the client is there, which TCP knows as well.
            }
        }
        return false;
    }

    /** The client's own code is sent back. */
    private static int answerTo(byte[] close) {
        return close.length < 2 ? NO_CODE : (close[0] & 255) << 8 | close[1] & 255;
    }

    @Override
    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        send(WebSocketFrames.BINARY, bytes, offset, length);
    }

    @Override
    public void sendText(String text) throws IOException {
        send(WebSocketFrames.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void ping() throws IOException {
        send(WebSocketFrames.PING, NOTHING);
    }

    @Override
    public void close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, WebSocketFrames.CONTROL_BYTES_MAX - 2);
        byte[] payload = NOTHING;
        if (code != NO_CODE) {
            payload = new byte[2 + length];
            payload[0] = (byte) (code >> 8);
            payload[1] = (byte) code;
            System.arraycopy(text, 0, payload, 2, length);
        }
        try {
            synchronized (lock) {
                if (!closeSent) {
                    write(WebSocketFrames.CLOSE, payload, 0, payload.length);
                    closeSent = true;
                }
            }
        } catch (IOException e) {
            // Nobody is there to be told.
            return;
        } finally {
            connection.close();
        }
    }

    private void send(int opcode, byte[] payload) throws IOException {
        send(opcode, payload, 0, payload.length);
    }

    private void send(int opcode, byte[] bytes, int offset, int length) throws IOException {
        synchronized (lock) {
            if (closeSent) {
                throw new IOException("the WebSocket is closed");
            }
            write(opcode, bytes, offset, length);
        }
    }

    /** Head and payload leave in one piece: a frame is then one TLS record where it can be. */
    private void write(int opcode, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(10 + length);
        frame.put((byte) (FINAL | opcode));
        if (length < 126) {
            frame.put((byte) length);
        } else if (length < 1 << 16) {
            frame.put((byte) 126).putShort((short) length);
        } else {
            frame.put((byte) 127).putLong(length);
        }
        frame.put(bytes, offset, length);
        out.write(frame.array(), 0, frame.position());
    }
}
