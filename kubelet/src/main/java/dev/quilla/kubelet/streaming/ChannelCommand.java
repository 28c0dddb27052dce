package dev.quilla.kubelet.streaming;

import dev.quilla.http.HttpExchange;
import dev.quilla.http.WebSocket;
import dev.quilla.kubelet.runtime.ExecSession;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A program's streams on a WebSocket, as Kubernetes' remote command protocol has them: the first
 * byte of each message names the channel, and the last message of the error channel tells how the
 * program ended. Version 5 adds a message that closes a channel, so that the end of input reaches
 * the program.
 */
final class ChannelCommand implements RemoteCommand.Client {

    /** The versions spoken, the dearest first. */
    static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int CLOSE = 255;

    private final WebSocket socket;
    private final RemoteCommand.Streams wanted;

    private ChannelCommand(WebSocket socket, RemoteCommand.Streams wanted) {
        this.socket = socket;
        this.wanted = wanted;
    }

    /** The version to speak; empty if the client asks for no WebSocket, or knows none of ours. */
    static Optional<String> choose(HttpExchange exchange) {
        return exchange.asksForWebSocket()
                ? PROTOCOLS.stream().filter(exchange.webSocketProtocols()::contains).findFirst()
                : Optional.empty();
    }

    static void serve(
            HttpExchange exchange,
            String protocol,
            RemoteCommand.Streams streams,
            Supplier<ExecSession> program)
            throws IOException, InterruptedException {
        try (ExecSession session = program.get();
                WebSocket socket = exchange.acceptWebSocket(Optional.of(protocol))) {
            exchange.onCancel(session::close);
            RemoteCommand.carry(new ChannelCommand(socket, streams), session);
        }
    }

    @Override
    public OutputStream stdout() {
        return wanted.stdout() ? new Sent(STDOUT) : OutputStream.nullOutputStream();
    }

    @Override
    public OutputStream stderr() {
        return wanted.ownStderr() ? new Sent(STDERR) : OutputStream.nullOutputStream();
    }

    @Override
    public void receive(CommandInput input) throws IOException {
        for (Optional<WebSocket.Message> next = socket.receive();
                next.isPresent();
                next = socket.receive()) {
            byte[] bytes = next.get().bytes();
            if (bytes.length > 0) {
                take(bytes, input);
            }
        }
    }

    private void take(byte[] bytes, CommandInput input) throws IOException {
        switch (bytes[0] & 0xff) {
            case STDIN -> {
                if (wanted.stdin()) {
                    input.write(bytes, 1, bytes.length - 1);
                }
            }
            case RESIZE -> input.resize(bytes, 1, bytes.length - 1);
            case CLOSE -> {
                if (bytes.length > 1 && bytes[1] == STDIN) {
                    input.end();
                }
            }
            default -> {
                // A channel of a later version.
            }
        }
    }

    @Override
    public void ended(CommandEnd end) throws IOException {
        new Sent(ERROR).write(end.json().getBytes(StandardCharsets.UTF_8));
    }

    /** A channel from here. That it has ended is told by nothing but the end of all. */
    private final class Sent extends OutputStream {

        private final byte channel;

        Sent(int channel) {
            this.channel = (byte) channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] message = new byte[length + 1];
            message[0] = channel;
            System.arraycopy(bytes, offset, message, 1, length);
            socket.sendBinary(message);
        }
    }
}
