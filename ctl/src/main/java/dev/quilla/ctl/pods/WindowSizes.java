package dev.quilla.ctl.pods;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The sizes of the terminal's window: that of now, then each one after it, when it comes. Java has
 * no supported way to be told of SIGWINCH; a shell has, and the kernel tells it as it tells us. The
 * shell ends with its standard input, so it never outlives this process.
 */
final class WindowSizes implements AutoCloseable {

    private static final String SCRIPT =
            """
            exec 3<&0 </dev/tty
            trap 'stty size' WINCH
            stty size
            cat <&3 >/dev/null &
            while kill -0 $!; do wait $!; done
            """;

    private final Process shell;
    private final BufferedReader lines;

    /** How many characters fit. */
    record Size(int columns, int rows) {}

    private WindowSizes(Process shell) {
        this.shell = shell;
        this.lines = shell.inputReader();
    }

    /** Begins to listen. */
    static WindowSizes start() throws IOException {
        return new WindowSizes(
                new ProcessBuilder(List.of("sh", "-c", SCRIPT))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /** Waits for the next one; empty when there will be none. */
    Optional<Size> next() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.strip().split(" ");
            if (words.length == 2 && words[0].matches("\\d{1,5}") && words[1].matches("\\d{1,5}")) {
                return Optional.of(
                        new Size(Integer.parseInt(words[1]), Integer.parseInt(words[0])));
            }
        }
        return Optional.empty();
    }

    /** Ends it, and whoever waits for a size. */
    @Override
    public void close() {
        shell.destroy();
    }
}
