package dev.quilla.ctl.pods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** What a tunnel says and understands, byte by byte, with a server that was written down before. */
class PortTunnelTest {

    private static final int ERRORS = 1;
    private static final int DATA = 3;
    private static final int FIN = 1;

    private final ByteArrayOutputStream server = new ByteArrayOutputStream();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int ends;

    private PortTunnel tunnel() throws IOException {
        return new PortTunnel(
                new WebSocketLink(
                        new ByteArrayInputStream(server.toByteArray()),
                        sent,
                        () -> {},
                        new Random(1)),
                8080);
    }

    /** A message of the server's, however it cuts its bytes. */
    private void says(byte[]... parts) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            message.write(part);
        }
        server.write(0x82);
        server.write(message.size());
        message.writeTo(server);
    }

    private static byte[] data(int stream, int flags, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeInt(stream);
        frame.writeInt(flags << 24 | text.length());
        frame.writeBytes(text);
        return bytes.toByteArray();
    }

    private static byte[] control(int type, int... words) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeShort(0x8003);
        frame.writeShort(type);
        frame.writeInt(4 * words.length);
        for (int word : words) {
            frame.writeInt(word);
        }
        return bytes.toByteArray();
    }

    private Optional<String> receive() throws IOException {
        return tunnel().receiveAll(received, () -> ends++);
    }

    /** The messages that were sent, without their masks. */
    private byte[] sentBytes() throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(sent.toByteArray()));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (in.available() > 0) {
            assertEquals(0x82, in.readUnsignedByte());
            int length = in.readUnsignedByte() & 0x7f;
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                all.write(payload[i] ^ mask[i & 3]);
            }
        }
        return all.toByteArray();
    }

    private static Map<String, String> headers(DataInputStream in, Inflater inflater)
            throws IOException, DataFormatException {
        assertEquals(0x8003_0001, in.readInt());
        int length = in.readInt();
        in.skipNBytes(10);
        inflater.setInput(in.readNBytes(length - 10));
        byte[] block = new byte[1024];
        int size = inflater.inflate(block);
        DataInputStream fields = new DataInputStream(new ByteArrayInputStream(block, 0, size));
        Map<String, String> headers = new TreeMap<>();
        for (int left = fields.readInt(); left > 0; left--) {
            String name = new String(fields.readNBytes(fields.readInt()), StandardCharsets.UTF_8);
            headers.put(
                    name, new String(fields.readNBytes(fields.readInt()), StandardCharsets.UTF_8));
        }
        return headers;
    }

    @Test
    void opensAStreamForErrorsAndOneForBytes() throws IOException, DataFormatException {
        PortTunnel tunnel = tunnel();
        tunnel.sendAll(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)));
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(sentBytes()));
        Inflater inflater = new Inflater();
        assertEquals(
                Map.of("streamtype", "error", "port", "8080", "requestid", "0"),
                headers(in, inflater));
        assertArrayEquals(data(ERRORS, FIN, ""), in.readNBytes(8));
        assertEquals(
                Map.of("streamtype", "data", "port", "8080", "requestid", "0"),
                headers(in, inflater));
        inflater.end();
        assertArrayEquals(data(DATA, 0, "hello"), in.readNBytes(13));
        assertArrayEquals(data(DATA, FIN, ""), in.readAllBytes());
    }

    @Test
    void passesOnWhatTheProgramSaysUntilBothStreamsEnd() throws IOException {
        byte[] hello = data(DATA, 0, "hello");
        says(control(2, ERRORS, 0), control(2, DATA, 0), new byte[] {hello[0]});
        says(java.util.Arrays.copyOfRange(hello, 1, hello.length));
        says(data(DATA, FIN, " there"), data(ERRORS, FIN, ""));
        assertEquals(Optional.empty(), receive());
        assertEquals("hello there", received.toString(StandardCharsets.UTF_8));
        assertEquals(1, ends);
    }

    @Test
    void tellsWhyThePortWasNotReached() throws IOException {
        says(data(ERRORS, 0, "error forwarding port "), data(ERRORS, FIN, "8080: refused\n"));
        says(data(DATA, FIN, ""));
        assertEquals(Optional.of("error forwarding port 8080: refused"), receive());
    }

    @Test
    void aStreamThatIsResetIsOver() throws IOException {
        says(control(3, DATA, 5), data(ERRORS, FIN, ""));
        assertEquals(Optional.empty(), receive());
        assertEquals(1, ends);
    }

    @Test
    void answersPingsAndLeavesWhenTheServerDoes() throws IOException {
        says(control(6, 2), control(7, 0, 0), data(DATA, 0, "too late"));
        assertEquals(Optional.empty(), receive());
        byte[] all = sentBytes();
        assertArrayEquals(
                control(6, 2), java.util.Arrays.copyOfRange(all, all.length - 12, all.length));
        assertEquals("", received.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aFrameThatIsTooLargeBreaksIt() throws IOException {
        says(new byte[] {0, 0, 0, DATA, 0, (byte) 0xff, 0, 0});
        assertThrows(IOException.class, this::receive);
    }
}
