package dev.quilla.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoToolsTest {

    @TempDir private Path folder;

    private String refusal(String... command) {
        Path scratch = folder.resolve("scratch");
        return String.valueOf(
                assertThrows(DemoException.class, () -> Tool.run(List.of(command), scratch))
                        .getMessage());
    }

    @Test
    void aProgramsOutputIsItsResult() throws IOException, InterruptedException {
        assertEquals("a\nb\n", Tool.run(List.of("printf", "a\\nb\\n"), folder.resolve("out")));
    }

    @Test
    void aProgramThatIsMissingIsNamed() {
        String message = refusal("no-such-program");
        assertTrue(message.contains("no-such-program, which can't be run here: install it"));
        assertEquals(1, message.lines().count());
    }

    @Test
    void aProgramThatFailsIsQuotedOnOneLine() {
        String message = refusal("sh", "-c", "echo no; echo room; exit 3");
        assertTrue(message.contains("sh failed: no room"), message);
    }

    @Test
    void foldersAreCopiedAndRemovedWhole() throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("a/b/file"), "text");
        Trees.copy(folder.resolve("a"), folder.resolve("c/d"));
        assertEquals("text", Files.readString(folder.resolve("c/d/b/file")));
        Trees.delete(folder.resolve("c"));
        assertFalse(Files.exists(folder.resolve("c")));
        Trees.delete(folder.resolve("c"));
    }
}
