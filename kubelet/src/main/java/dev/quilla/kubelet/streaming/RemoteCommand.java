package dev.quilla.kubelet.streaming;

import dev.quilla.http.WebSocket;
import dev.quilla.kubelet.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Carries a program's streams over a WebSocket, as Kubernetes' remote command protocol does: the
 * first byte of each message names the channel, and the last message of the error channel tells how
 * the program ended. Version 5 adds a message that closes a channel, so that the end of input
 * reaches the program.
 */
public final class RemoteCommand {

    private static final String V5 = "v5.channel.k8s.io";
    private static final String V4 = "v4.channel.k8s.io";

    /** The versions spoken, the dearest first. */
    public static final List<String> PROTOCOLS = List.of(V5, V4);

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int CLOSE = 255;
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * What the client wants of the streams.
     *
     * @param tty there is no standard error of its own
     */
    public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

    private final WebSocket socket;
    private final ExecSession session;
    private final Streams streams;

    private RemoteCommand(WebSocket socket, ExecSession session, Streams streams) {
        this.socket = socket;
        this.session = session;
        this.streams = streams;
    }

    /** The version to speak; empty if the client knows none of ours. */
    public static Optional<String> choose(List<String> offered) {
        return PROTOCOLS.stream().filter(offered::contains).findFirst();
    }

    /** Carries everything until the program has ended, or the client has gone. */
    public static void carry(WebSocket socket, ExecSession session, Streams streams)
            throws IOException, InterruptedException {
        new RemoteCommand(socket, session, streams).run();
    }

    private void run() throws IOException, InterruptedException {
        // Ends with the connection, which whoever accepted it closes in the end.
        Thread.ofVirtual().name("exec input").start(this::receive);
        Thread errors =
                Thread.ofVirtual().name("exec errors").start(() -> send(STDERR, session.stderr()));
        send(STDOUT, session.stdout());
        errors.join();
        socket.sendBinary(message(ERROR, status(session.waitFor())));
    }

    private void send(int channel, InputStream from) {
        boolean wanted = channel == STDOUT ? streams.stdout() : streams.stderr() && !streams.tty();
        byte[] buffer = new byte[BUFFER_BYTES];
        buffer[0] = (byte) channel;
        try {
            for (int n = from.read(buffer, 1, BUFFER_BYTES - 1);
                    n >= 0;
                    n = from.read(buffer, 1, BUFFER_BYTES - 1)) {
                if (wanted) {
                    socket.sendBinary(buffer, 0, n + 1);
                }
            }
        } catch (IOException _) {
            // Either side is gone: the program is let go, or has ended.
            session.close();
        }
    }

    private void receive() {
        try (OutputStream stdin = session.stdin()) {
            for (Optional<WebSocket.Message> next = socket.receive();
                    next.isPresent();
                    next = socket.receive()) {
                byte[] bytes = next.get().bytes();
                if (bytes.length > 0) {
                    take(bytes, stdin);
                }
            }
        } catch (IOException _) {
            // Handled as the client's going away.
        }
        session.close();
    }

    private void take(byte[] bytes, OutputStream stdin) throws IOException {
        switch (bytes[0] & 0xff) {
            case STDIN -> {
                if (streams.stdin()) {
                    write(stdin, bytes);
                }
            }
            case RESIZE -> resize(bytes);
            case CLOSE -> {
                if (bytes.length > 1 && bytes[1] == STDIN) {
                    stdin.close();
                }
            }
            default -> {
                // A channel of a later version.
            }
        }
    }

    private static void write(OutputStream stdin, byte[] bytes) {
        try {
            stdin.write(bytes, 1, bytes.length - 1);
            stdin.flush();
        } catch (IOException _) {
            // The program reads no more, and may well go on.
        }
    }

    /** A size comes as {@code {"Width":80,"Height":24}}. */
    private void resize(byte[] bytes) throws IOException {
        int width = 0;
        int height = 0;
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), bytes, 1, bytes.length - 1)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    switch (parser.currentName()) {
                        case "Width" -> width = parser.getIntValue();
                        case "Height" -> height = parser.getIntValue();
                        default -> {
                            // Nothing else is known.
                        }
                    }
                }
            }
        }
        if (width > 0 && height > 0) {
            session.resize(width, height);
        }
    }

    private static byte[] status(int exitCode) {
        String json =
                exitCode == 0
                        ? "{\"metadata\":{},\"status\":\"Success\"}"
                        : """
                        {"metadata":{},"status":"Failure",\
                        "message":"command terminated with non-zero exit code: exit status %1$d",\
                        "reason":"NonZeroExitCode",\
                        "details":{"causes":[{"reason":"ExitCode","message":"%1$d"}]}}\
                        """
                                .formatted(exitCode);
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(int channel, byte[] content) {
        byte[] message = new byte[content.length + 1];
        message[0] = (byte) channel;
        System.arraycopy(content, 0, message, 1, content.length);
        return message;
    }
}
