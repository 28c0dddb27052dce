package dev.quilla.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessTest {

    @TempDir private Path folder;

    private LocalProcess process() {
        return new LocalProcess("x", folder.resolve("x").resolve("pid"));
    }

    @Test
    void isFoundAgainByItsFileAndEnds() throws IOException {
        process().start(List.of("sleep", "600"), folder.resolve("log"));
        ProcessHandle running = process().handle().orElseThrow();
        process().terminate();
        process().awaitEnd(Duration.ofSeconds(10));
        assertFalse(running.isAlive());
        assertEquals(Optional.empty(), process().handle());
    }

    @Test
    void aStrangerWithAReusedPidIsNotOurs() throws IOException {
        Path file = folder.resolve("x").resolve("pid");
        Files.createDirectories(folder.resolve("x"));
        Files.writeString(file, ProcessHandle.current().pid() + " 1\n");
        assertEquals(Optional.empty(), process().handle());
    }

    @Test
    void aDamagedPidFileIsNamed() throws IOException {
        Path file = folder.resolve("x").resolve("pid");
        Files.createDirectories(folder.resolve("x"));
        Files.writeString(file, "what");
        LocalClusterException e =
                assertThrows(LocalClusterException.class, () -> process().handle());
        assertTrue(String.valueOf(e.getMessage()).contains(file.toString()));
    }
}
