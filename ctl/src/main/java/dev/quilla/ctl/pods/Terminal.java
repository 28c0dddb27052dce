package dev.quilla.ctl.pods;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The person's terminal, through {@code stty}. */
final class Terminal implements AutoCloseable {

    private static final File DEVICE = new File("/dev/tty");

    private final String before;

    private Terminal(String before) {
        this.before = before;
    }

    /** Makes the terminal raw until it is closed; empty where there is none. */
    static Optional<Terminal> raw() {
        try {
            String before = stty("-g");
            if (before.isEmpty()) {
                return Optional.empty();
            }
            stty("raw", "-echo");
            return Optional.of(new Terminal(before));
        } catch (IOException e) {
            // No stty, or no terminal to ask about.
            return Optional.empty();
        }
    }

    private static String stty(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(Arrays.asList(words));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(DEVICE)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Makes it as it was. */
    @Override
    public void close() {
        try {
            stty(before);
        } catch (IOException e) {
            // It was there a moment ago; nothing more can be done.
            return;
        }
    }
}
