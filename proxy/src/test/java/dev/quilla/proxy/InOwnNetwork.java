package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a story in a process with a network namespace of its own, so that it can change rules and
 * addresses as it likes. Needs root.
 */
final class InOwnNetwork {

    private static final int SECONDS_MAX = 120;

    private InOwnNetwork() {}

    /** Fails if the story fails, with what it said. */
    static void run(Class<?> story, String chapter) throws IOException, InterruptedException {
        Path said = Files.createTempFile("story", ".log");
        Process process =
                new ProcessBuilder(
                                List.of(
                                        "unshare",
                                        "--net",
                                        "--",
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        story.getName(),
                                        chapter))
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(said.toFile())
                        .start();
        try {
            boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
            String words = Files.readString(said);
            assertTrue(ended, () -> "does not end: " + words);
            assertEquals(0, process.exitValue(), words);
        } finally {
            process.destroyForcibly();
            Files.delete(said);
        }
    }
}
