package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir Path temporary;

    private AtomicDirectory directory(Ownership ownership) {
        return new AtomicDirectory(temporary.resolve("volume"), ownership, () -> NOW);
    }

    private static VolumeFile file(String text, int mode) {
        return VolumeFile.of(Bytes.utf8(text), mode);
    }

    private String read(String name) throws IOException {
        return Files.readString(temporary.resolve("volume").resolve(name));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(temporary.resolve("volume"))) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatReadersOpenAreLinksThroughTheOneThatIsSwapped() throws Exception {
        AtomicDirectory directory = directory(Ownership.WORKERS);
        directory.write(Map.of("a", file("1", 0644), "deep/er/b", file("2", 0400)));

        assertEquals("1", read("a"));
        assertEquals("2", read("deep/er/b"));
        assertEquals(
                Path.of("..data/a"),
                Files.readSymbolicLink(temporary.resolve("volume").resolve("a")));
        Path data = Files.readSymbolicLink(temporary.resolve("volume/..data"));
        assertTrue(data.toString().startsWith("..2026_01_02_03_04_05."), data.toString());
        assertEquals(
                0400,
                (int) Files.getAttribute(temporary.resolve("volume/deep/er/b"), "unix:mode")
                        & 0777);
    }

    @Test
    void aChangeReplacesAllAndLeavesNothingOld() throws Exception {
        AtomicDirectory directory = directory(Ownership.WORKERS);
        directory.write(Map.of("a", file("1", 0644), "gone", file("x", 0644)));
        directory.write(Map.of("a", file("2", 0644), "come", file("y", 0644)));

        assertEquals("2", read("a"));
        assertEquals("y", read("come"));
        assertEquals(4, names().size(), names().toString());
        assertFalse(names().contains("gone"));
    }

    @Test
    void theSameFilesAreNotWrittenAgain() throws Exception {
        AtomicDirectory directory = directory(Ownership.WORKERS);
        directory.write(Map.of("a", file("1", 0644)));
        Path data = Files.readSymbolicLink(temporary.resolve("volume/..data"));
        directory.write(Map.of("a", file("1", 0644)));
        assertEquals(data, Files.readSymbolicLink(temporary.resolve("volume/..data")));

        directory.write(Map.of("a", file("1", 0600)));
        assertNotEquals(data, Files.readSymbolicLink(temporary.resolve("volume/..data")));
    }

    @Test
    void whatACrashLeftBehindIsRemoved() throws Exception {
        AtomicDirectory directory = directory(Ownership.WORKERS);
        Files.createDirectories(temporary.resolve("volume/..2020_half/x"));
        Files.createSymbolicLink(temporary.resolve("volume/..data_tmp"), Path.of("..2020_half"));
        directory.write(Map.of("a", file("1", 0644)));
        assertEquals(3, names().size(), names().toString());
        assertEquals("1", read("a"));
    }

    @Test
    void aPathOutOfTheVolumeIsRefusedAndNothingIsWritten() {
        AtomicDirectory directory = directory(Ownership.WORKERS);
        for (String bad :
                List.of("../x", "a/../../x", "/x", "..data", "..x/y", "", "a//b", "a/.", "a/")) {
            assertThrows(
                    VolumeException.class,
                    () -> directory.write(Map.of("good", file("1", 0644), bad, file("2", 0644))),
                    bad);
        }
        assertFalse(directory.isWritten());
    }

    @Test
    void filesCanBeReadByTheGroupAndByNobodyElse() throws Exception {
        directory(new Ownership(OptionalLong.of(4321))).write(Map.of("s/a", file("1", 0600)));

        Path file = temporary.resolve("volume/s/a");
        assertEquals(0640, (int) Files.getAttribute(file, "unix:mode") & 07777);
        assertEquals(4321, Files.getAttribute(file, "unix:gid"));
        Path directory = temporary.resolve("volume/s").toRealPath();
        assertEquals(02755, (int) Files.getAttribute(directory, "unix:mode") & 07777);
    }
}
