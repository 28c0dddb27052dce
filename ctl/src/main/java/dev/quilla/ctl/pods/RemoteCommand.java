package dev.quilla.ctl.pods;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.print.JsonText;
import dev.quilla.ctl.session.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A command that runs in a container, with its streams, by {@code v5.channel.k8s.io}. */
final class RemoteCommand {

    static final String PROTOCOL = "v5.channel.k8s.io";

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int STATUS = 3;
    private static final int RESIZE = 4;
    private static final int CLOSE_CHANNEL = 255;

    private final ChannelSocket socket;
    private final Console console;

    RemoteCommand(ChannelSocket socket, Console console) {
        this.socket = socket;
        this.console = console;
    }

    /** Waits for its end; answers its exit code. */
    int run(boolean stdin, Optional<Terminal> terminal) throws IOException {
        if (terminal.isEmpty()) {
            return run(stdin);
        }
        try (WindowSizes sizes = WindowSizes.start()) {
            Thread.ofPlatform().daemon().name("resize").start(() -> sendSizes(sizes));
            return run(stdin);
        }
    }

    private int run(boolean stdin) throws IOException {
        if (stdin) {
            Thread.ofPlatform().daemon().name("stdin").start(() -> sendInput(console.in()));
        }
        Tree status = Tree.EMPTY;
        for (var message = socket.read(); message.isPresent(); message = socket.read()) {
            ChannelSocket.Message m = message.get();
            switch (m.channel()) {
                case STDOUT -> write(console.out(), m);
                case STDERR -> write(console.err(), m);
                case STATUS ->
                        status = Tree.parse(Arrays.copyOfRange(m.frame(), 1, m.frame().length));
                default -> {}
            }
        }
        return exitCode(status);
    }

    private static void write(PrintStream to, ChannelSocket.Message message) {
        to.write(message.frame(), 1, message.length());
        to.flush();
    }

    private void sendInput(InputStream in) {
        byte[] buffer = new byte[16 << 10];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                socket.send(STDIN, buffer, count);
            }
            socket.send(CLOSE_CHANNEL, new byte[] {STDIN}, 1);
        } catch (IOException e) {
            // The command ended first: nobody reads its input any more.
            return;
        }
    }

    private void sendSizes(WindowSizes sizes) {
        try {
            for (var size = sizes.next(); size.isPresent(); size = sizes.next()) {
                byte[] text = json(size.get()).getBytes(StandardCharsets.UTF_8);
                socket.send(RESIZE, text, text.length);
            }
        } catch (IOException e) {
            // The command ended.
            return;
        }
    }

    private static String json(WindowSizes.Size size) {
        return JsonText.compact(Map.of("Width", size.columns(), "Height", size.rows()));
    }

    private static int exitCode(Tree status) {
        if (status.fields().isEmpty()) {
            throw new CommandException(
                    "the connection broke before the command ended; it may still run");
        }
        if (status.text("status").equals("Success")) {
            return 0;
        }
        for (Tree cause : status.trees("details", "causes")) {
            String code = cause.text("message");
            if (cause.text("reason").equals("ExitCode") && code.matches("\\d{1,3}")) {
                return Integer.parseInt(code);
            }
        }
        throw new CommandException(status.textOr("the command failed", "message"));
    }
}
