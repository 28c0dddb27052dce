package dev.quilla.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run to its end.
 *
 * @param code its exit code
 */
public record Command(List<String> words, int code, String out, String err) {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** Runs a program with nothing on its standard input. */
    public static Command run(Map<String, String> environment, List<String> words) {
        return run(environment, "", words);
    }

    /**
     * Runs a program.
     *
     * @param input what it reads
     * @throws AssertionError if it does not end
     */
    public static Command run(Map<String, String> environment, String input, List<String> words) {
        try {
            Path in = Files.createTempFile("quilla-e2e", ".in");
            Path out = Files.createTempFile("quilla-e2e", ".out");
            Path err = Files.createTempFile("quilla-e2e", ".err");
            try {
                Files.writeString(in, input);
                ProcessBuilder builder =
                        new ProcessBuilder(words)
                                .directory(Checkout.root().toFile())
                                .redirectInput(in.toFile())
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile());
                builder.environment().putAll(environment);
                int code = await(builder.start(), words);
                return new Command(words, code, text(out), text(err));
            } finally {
                Files.delete(in);
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int await(Process process, List<String> words) {
        try {
            if (process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", words) + " did not end");
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    public boolean succeeded() {
        return code == 0;
    }

    /**
     * What it printed.
     *
     * @throws AssertionError if it failed
     */
    public String output() {
        if (!succeeded()) {
            throw new AssertionError(this);
        }
        return out.strip();
    }

    @Override
    public String toString() {
        return "%s ended with %d%n%s%n%s".formatted(String.join(" ", words), code, out, err);
    }
}
