package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong at the command line is said in one line, with what to do, and nothing is lost.
 */
final class MistakesTest {

    private static final int BASE_PORT = 29443;

    @TempDir private Path directory;

    @Test
    void anUnknownFlagIsWrongUsage() {
        Command command = quilla("up", "--mastrs", "3");
        assertEquals(2, command.code());
        assertOneLineNaming(command, "--mastrs");
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken =
                new ServerSocket(BASE_PORT + 1, 1, InetAddress.getLoopbackAddress())) {
            Command command = up(directory);
            assertEquals(1, command.code());
            assertOneLineNaming(command, Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aPlaceThatCantBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Command command = up(file.resolve("cluster"));
        assertEquals(1, command.code());
        assertOneLineNaming(command, file.toString());
    }

    @Test
    void aDamagedLogStopsAMasterWhichSaysSo() throws IOException {
        up(directory).output();
        try {
            quilla("down", "--dir", directory.toString()).output();
            Path log = newestLog(directory.resolve("master-1"));
            byte[] bytes = Files.readAllBytes(log);
            bytes[bytes.length / 3] ^= 0x40;
            Files.write(log, bytes);
            Command command = up(directory);
            assertEquals(1, command.code());
            assertOneLineNaming(command, "master-1");
        } finally {
            quilla("down", "--dir", directory.toString(), "--purge").output();
        }
    }

    private static Path newestLog(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            return files.filter(f -> f.getFileName().toString().startsWith("log_inprogress"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no log in " + data));
        }
    }

    private static Command up(Path directory) {
        return quilla(
                "up",
                "--dir",
                directory.toString(),
                "--runtime",
                "process",
                "--network",
                "loopback",
                "--masters",
                "1",
                "--workers",
                "0",
                "--base-port",
                Integer.toString(BASE_PORT),
                "--detach");
    }

    private static Command quilla(String... words) {
        List<String> all = new ArrayList<>(List.of("./quilla"));
        all.addAll(List.of(words));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    private static void assertOneLineNaming(Command command, String what) {
        assertEquals(1, command.err().lines().count(), command.toString());
        assertTrue(command.err().contains(what), command.toString());
        assertFalse(command.err().contains("Exception"), command.toString());
    }
}
