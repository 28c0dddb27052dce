package dev.quilla.server.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run to its end. */
final class Tool {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private Tool() {}

    /**
     * Runs it; answers what it printed.
     *
     * @param scratch a file that it may write to
     * @throws DemoException if it isn't there, fails or does not end
     */
    static String run(List<String> command, Path scratch) throws IOException, InterruptedException {
        String name = command.getFirst();
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(scratch.toFile())
                            .start();
        } catch (IOException e) {
            throw new DemoException(
                    "the demo's image is made with %s, which can't be run here: install it, or use --runtime process"
                            .formatted(name));
        }
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new DemoException("%s did not end in %s".formatted(name, TIMEOUT));
        }
        String said = Files.readString(scratch, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new DemoException(
                    "the demo's image can't be made, %s failed: %s; use --runtime process"
                            .formatted(name, said.strip().replace('\n', ' ')));
        }
        return said;
    }
}
